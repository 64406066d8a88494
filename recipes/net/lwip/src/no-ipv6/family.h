#ifndef FAMILY_H
#define FAMILY_H

/*
 * What differs where the network has IPv6; here it has version 4 alone, and of each function nothing or little is left. The other family.h
 * has the same for both versions, and says what each is for.
 */

#include "layers.h"
#include "lwip/ip.h"
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/icmp.h"
#include "lwip/udp.h"
#include "net_device.h"
#include "network.h"
#include "socket.h"

/* Sockets. */

static inline bool family_is_known(int family)
{
	return family == SYS_AF_INET;
}

static inline void family_begin(struct socket *socket, int family)
{
	(void)socket;
	(void)family;
}

static inline void family_inherit(struct socket *socket, const struct socket *from)
{
	(void)socket;
	(void)from;
}

static inline int family_of(const struct socket *socket)
{
	(void)socket;
	return SYS_AF_INET;
}

static inline struct tcp_pcb *family_connection(const struct socket *socket)
{
	(void)socket;
	return tcp_new();
}

static inline long family_endpoint(const struct socket *socket, const struct sys_sockaddr *address, uint32_t size, struct endpoint *endpoint)
{
	(void)socket;
	return socket_endpoint(address, size, endpoint);
}

static inline void family_tell_name(const struct socket *socket, const struct endpoint *endpoint, struct sys_sockaddr *address, uint32_t *size)
{
	(void)socket;
	socket_tell_name(endpoint, address, size);
}

static inline long family_may_bind(const struct socket *socket, struct endpoint *to)
{
	(void)socket;
	return !ip_addr_isany(&to->address) && !ip_route(NULL, &to->address) ? -SYS_EADDRNOTAVAIL : 0;
}

static inline bool family_wait_for_address(const ip_addr_t *to)
{
	(void)to;
	return network_wait_for_address();
}

static inline void family_forget_place(const struct socket *socket, ip_addr_t *address)
{
	(void)socket;
	ip_addr_set_any(false, address);
}

static inline size_t family_datagram_most(const ip_addr_t *to)
{
	(void)to;
	return UINT16_MAX - IP_HLEN - UDP_HLEN;
}

static inline bool family_set(struct socket *socket, int level, int name, int value, long *result)
{
	(void)socket;
	(void)level;
	(void)name;
	(void)value;
	(void)result;
	return false;
}

static inline bool family_get(const struct socket *socket, int level, int name, int *value, long *result)
{
	(void)socket;
	(void)level;
	(void)name;
	(void)value;
	(void)result;
	return false;
}

/* Packets. */

static inline bool family_look(const void *packet, size_t size, struct layers *found)
{
	return layers_look4(packet, size, found);
}

static inline bool family_refuses(struct pbuf *packet, const struct layers *layers)
{
	(void)packet;
	(void)layers;
	return false;
}

static inline bool family_is_about_errors(const struct layers *layers)
{
	return layers->protocol == IP_PROTO_ICMP;
}

static inline bool family_says_no_port(const struct layers *layers, const u8_t *message)
{
	(void)layers;
	return message[0] == ICMP_DUR && message[1] == ICMP_DUR_PORT;
}

static inline void family_leave_checksum(struct net_send *frame, struct pbuf *buffer)
{
	(void)frame;
	(void)buffer;
}

/* The interface. */

static inline void family_set_up(struct netif *interface)
{
	(void)interface;
}

static inline void family_set_mtu(struct netif *interface, u16_t mtu)
{
	(void)interface;
	(void)mtu;
}

static inline void family_start(void)
{
}

static inline bool family_has_changed(u32_t address)
{
	return address;
}

/* Servers of names. */

static inline void family_server(const uint32_t words[4], ip_addr_t *server)
{
	ip_addr_set_ip4_u32(server, lwip_htonl(words[3]));
}

static inline bool family_wait_for_servers(void)
{
	return network_wait_for_address();
}

static inline bool family_text(const ip_addr_t *address, char *text, int size)
{
	return ip4addr_ntoa_r(address, text, size) != NULL;
}

#endif
