#ifndef GUARD_H
#define GUARD_H

#include <stdint.h>

#include "lwip/err.h"

struct pbuf;
struct tcp_pcb;
struct tcp_hdr;

/* Options of a segment, which may lie in two places. */
struct tcp_options {
	const uint8_t *first, *second;
	uint16_t first_size, size; /* of the first place, and of both */
};

/* Look at a packet before lwIP does. 0 lets it go on; 1: it is dropped. Context: thread, from lwIP. */
int lwip_guard(struct pbuf *packet);

/*
 * Look at a segment of a connection before lwIP does, with numbers in the order of this machine; `data` is what is behind its header. ERR_OK lets
 * it go on, else it is dropped. Context: thread, from lwIP.
 */
err_t lwip_guard_segment(struct tcp_pcb *pcb, const struct tcp_hdr *segment, const struct tcp_options *options, const struct pbuf *data);

#endif
