#ifndef GUARD_H
#define GUARD_H

#include <stdbool.h>

struct pbuf;
struct tcp_hdr;
struct tcp_pcb;

/* Look at a packet before lwIP does; 0 lets it go on, else it is gone. Context: thread, from lwIP. */
int lwip_guard(struct pbuf *packet);

/* Look at a segment of a connection, so many bytes of it options, before lwIP does. 0. */
int lwip_look_for_repeated(struct tcp_pcb *pcb, const struct tcp_hdr *header, unsigned options);

#endif
