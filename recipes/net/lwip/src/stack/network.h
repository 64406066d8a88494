#ifndef NETWORK_H
#define NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/netif.h"
#include "lwip/pbuf.h"

/*
 * The network between the device and the protocols. Context of all: thread.
 */

/* The one interface to the outside; its `state` is free for who gives it an address. */
extern struct netif network_interface;

/*
 * Start device and protocols, once; what there is to say is said on the console. Zero, or a negated sys_error: ENODEV without a device, EIO
 * without random numbers. The same from then on.
 */
long network_start(void);

/* Wait until the interface has an address, but only so long as the options say. False: it has none. */
bool network_wait_for_address(void);

/* Hand what the protocols have sent to the device. */
void network_flush(void);

/* Give the interface its address, or begin to ask for one. Of address.c in dhcp or fixed, like the next. */
void network_address_start(void);

/* Whether lwIP may see this packet of UDP. It begins with its IP header, which is there; nothing of it is checked yet. */
bool network_address_may_come_by(const struct pbuf *packet);

#endif
