#ifndef NET_NAMES_H
#define NET_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The capability `net.dns`: what the servers of the network say of names. Addresses are in the order of the network. All calls start the
 * network and wait for an address and a server. Context: thread.
 */

/*
 * The address of version 4 of a name, or one of those that it has. 0, or a negated sys_error: ENOENT if there is no such name, EAGAIN if no
 * server is known, answers in time or can be asked now; what else the start of the network says.
 */
long net_lookup(const char *name, uint32_t *address);

/*
 * Likewise the address of IPv6, 16 bytes. ENETUNREACH: the guest has no address from which it could go there, or none yet if it does not wait.
 * ENOSYS without the capability `net.ipv6`.
 */
long net_lookup6(const char *name, bool waits, void *address);

/* Enough for each address with what stands behind it. */
enum { NET_SERVER_TEXT = 48 };

/* The text of a server's address as /etc/resolv.conf has it; numbers begin with 0. False: there is none of that number. */
bool net_name_server(unsigned number, char *text, size_t size);

#endif
