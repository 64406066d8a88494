#ifndef FAMILY_H
#define FAMILY_H

/*
 * What differs where the network has IPv6 beside version 4. A socket of AF_INET6 takes packets of both versions, with the addresses of version 4
 * mapped into those of version 6, until it is told not to (IPV6_V6ONLY); lwIP has addresses of "any type" for that. Context of all: thread.
 */

#include "layers.h"
#include "lwip/ip.h"
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "net_device.h"
#include "network.h"
#include "socket.h"

/* Sockets. */

static inline bool family_is_known(int family)
{
	return family == SYS_AF_INET || family == SYS_AF_INET6;
}

static inline int family_of(const struct socket *socket)
{
	return socket->has_ipv6 ? SYS_AF_INET6 : SYS_AF_INET;
}

/* The type that lwIP has for what the socket takes. */
static inline u8_t family_type(const struct socket *socket)
{
	return !socket->has_ipv6 ? IPADDR_TYPE_V4 : socket->is_ipv6_only ? IPADDR_TYPE_V6 : IPADDR_TYPE_ANY;
}

static inline struct tcp_pcb *family_connection(const struct socket *socket)
{
	return tcp_new_ip_type(family_type(socket));
}

static inline void family_inherit(struct socket *socket, const struct socket *from)
{
	socket->has_ipv6 = from->has_ipv6;
	socket->is_ipv6_only = from->is_ipv6_only;
}

/* A new socket, which may be null, is of that family. */
void family_begin(struct socket *socket, int family);

/* socket_endpoint and socket_tell_name for addresses of the socket's family. */
long family_endpoint(const struct socket *socket, const struct sys_sockaddr *address, uint32_t size, struct endpoint *endpoint);
void family_tell_name(const struct socket *socket, const struct endpoint *endpoint, struct sys_sockaddr *address, uint32_t *size);

/* Whether the address is one of ours, as bind wants it, and no socket of another type has it; it becomes what lwIP wants. */
long family_may_bind(const struct socket *socket, struct endpoint *to);

/* Whether there is an address of ours from which packets can go there; and wait for one. */
bool family_has_address(const ip_addr_t *to);
bool family_wait_for_address(const ip_addr_t *to);

/* Wait until it holds, or for so long as the options say; the first time the console then says `otherwise`, with the seconds in it. */
bool family_wait_until(bool (*holds)(const ip_addr_t *to), const ip_addr_t *to, const char *otherwise);

/* No address of ours is chosen any more. */
void family_forget_place(const struct socket *socket, ip_addr_t *address);

/* Bytes of the longest datagram. */
size_t family_datagram_most(const ip_addr_t *to);

/* Options of the level IPPROTO_IPV6, with their result; false: it is another level. */
bool family_set(struct socket *socket, int level, int name, int value, long *result);
bool family_get(const struct socket *socket, int level, int name, int *value, long *result);

/* Packets. */

/* What the first `size` bytes of a packet say, none of them checked yet. False: it is not whole. */
bool family_look(const void *packet, size_t size, struct layers *found);

/* Whether lwIP must not see the packet, for it would believe what cannot be. */
bool family_refuses(struct pbuf *packet, const struct layers *layers);

/* Whether it tells of errors, and of nobody who has a port. */
bool family_is_about_errors(const struct layers *layers);
bool family_says_no_port(const struct layers *layers, const u8_t *message);

/* Leave the sum of a TCP segment to the card, which can do it. */
void family_leave_checksum(struct net_send *frame, struct pbuf *buffer);

/* The interface. */

/* It is being added. */
void family_set_up(struct netif *interface);

/* It is there, or its link has changed: its MTU is that of the card. */
static inline void family_set_mtu(struct netif *interface, u16_t mtu)
{
	interface->mtu6 = mtu;
}

/* Begin to have addresses. */
void family_start(void);

/* Its addresses may have changed, `address` of version 4 is one: tell those of IPv6. Whether that one is there and new. */
bool family_has_changed(u32_t address);

/* Servers of names. */

/* An address by its words, of version 4 if it is mapped. */
void family_server(const uint32_t words[4], ip_addr_t *server);

/* Wait for a server, and for an address from which it can be asked. */
bool family_wait_for_servers(void);

/* The address as resolv.conf has it. False: no room. */
bool family_text(const ip_addr_t *address, char *text, int size);

#endif
