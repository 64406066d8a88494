#ifndef GUARD_H
#define GUARD_H

#include <stdbool.h>

struct pbuf;

/* Look at a packet before lwIP does; the result is always 0, which lets it go on. Context: thread, from lwIP. */
int lwip_guard(struct pbuf *packet);

#endif
