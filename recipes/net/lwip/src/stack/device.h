#ifndef DEVICE_H
#define DEVICE_H

#include <stdbool.h>

#include "lwip/netif.h"
#include "net_device.h"

/* Start the network card and add it to the stack as `interface`. False: there is none. */
bool device_start(struct netif *interface);

/* Try again to send what the card had no room for. */
void device_send_waiting(void);

/* Whether the card cuts frames of TCP that are longer than its MTU. */
bool device_cuts(void);

/* How many buffers of the card the stack keeps. */
unsigned device_kept(void);

#endif
