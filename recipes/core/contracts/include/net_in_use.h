#ifndef NET_IN_USE_H
#define NET_IN_USE_H

#include <stddef.h>

/*
 * What a provider of `net.stack` holds just now, for who looks after it: a program that watches itself, and the tests of what must be given back.
 */

struct net_in_use {
	size_t memory;        /* bytes of packets, connections and sockets */
	unsigned frames;      /* buffers of the card that wait to be read */
	unsigned connections; /* of TCP, half-open ones among them */
	unsigned ended;       /* connections that are only remembered */
};

/* Count it. Context: thread. */
struct net_in_use net_in_use(void);

#endif
