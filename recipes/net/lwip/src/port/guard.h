#ifndef GUARD_H
#define GUARD_H

#include <stddef.h>
#include <stdint.h>

#include "lwip/err.h"

struct pbuf;
struct tcp_hdr;
struct tcp_pcb;

/* Options of a segment, which may lie in two places. */
struct tcp_options {
	const uint8_t *first, *second;
	uint16_t first_size, size; /* of the first place, and of both */
};

/* What lwIP asks before it does what it would. Context of all: thread, from lwIP. */

/* Look at a packet. 0 lets it go on; 1: it is dropped. */
int lwip_guard(struct pbuf *packet);

/*
 * Look at a segment for a listener; numbers in its header are in the order of this machine, `packet` begins behind it, and `options` bytes of options
 * are in front of that, of which `here` are side by side with the header. 0 lets it go on, else it is done with.
 */
int8_t lwip_guard_listener(struct tcp_pcb *listener, struct tcp_hdr *header, size_t options, size_t here, struct pbuf *packet);

/* Likewise for a connection; ERR_OK lets it go on, else it is dropped. */
err_t lwip_guard_segment(struct tcp_pcb *pcb, const struct tcp_hdr *header, const struct tcp_options *options, const struct pbuf *packet);

/* The first sequence number of a connection. */
uint32_t lwip_first_number(struct tcp_pcb *pcb);

#endif
