#ifndef NET_NAMES_H
#define NET_NAMES_H

#include <stdint.h>

/*
 * The capability `net.dns`: what the servers of the network say of names. Addresses are of version 4, in the order of the network. Both
 * calls start the network and wait for its address. Context: thread.
 */

/*
 * The address of a name, or of one of those that it has. 0, or a negated sys_error: ENOENT if there is no such name, EAGAIN if no server
 * is known, answers in time or can be asked now; what else the start of the network says.
 */
long net_lookup(const char *name, uint32_t *address);

/* The servers, at most `most`; how many. */
unsigned net_name_servers(uint32_t *servers, unsigned most);

#endif
