#ifndef GUARD_H
#define GUARD_H

#include <stdbool.h>

struct pbuf;

/* Look at a packet before lwIP does. 0 lets it go on; 1: it is dropped. Context: thread, from lwIP. */
int lwip_guard(struct pbuf *packet);

#endif
