/* Sockets of AF_INET6: which packets are theirs. */

#include "family.h"
#include "lwip/udp.h"

static struct ip_pcb *pcb_of(const struct socket *socket)
{
	return ((const struct socket_with_pcb *)socket)->pcb;
}

/* Nothing is bound yet, so what it takes may change. */
static void set_type(struct socket *socket)
{
	struct ip_pcb *pcb = pcb_of(socket);

	IP_SET_TYPE_VAL(pcb->local_ip, family_type(socket));
	IP_SET_TYPE_VAL(pcb->remote_ip, family_type(socket));
}

void family_begin(struct socket *socket, int family)
{
	if (!socket || family != SYS_AF_INET6)
		return;
	socket->has_ipv6 = true;
	set_type(socket);
}

void family_forget_place(const struct socket *socket, ip_addr_t *address)
{
	ip_addr_set_zero(address);
	IP_SET_TYPE(address, family_type(socket));
}

size_t family_datagram_most(const ip_addr_t *to)
{
	return UINT16_MAX - UDP_HLEN - (IP_IS_V6(to) ? IP6_HLEN : IP_HLEN);
}

/* Whether the address is one of an interface, and no other machine has been found to have it. */
static bool is_ours(const ip6_addr_t *address)
{
	struct netif *interface;

	NETIF_FOREACH(interface)
		for (s8_t number = 0; number < LWIP_IPV6_NUM_ADDRESSES; number++)
			if (ip6_addr_isvalid(netif_ip6_addr_state(interface, number)) &&
			    ip6_addr_cmp(address, netif_ip6_addr(interface, number)))
				return true;
	return ip6_addr_ismulticast(address);
}

/* Of two sockets on one port, one that takes all and one that takes some of version 6 exclude each other; lwIP does not see that. */
static bool excludes(const struct ip_pcb *one, u8_t type, const struct ip_pcb *other, bool is_shared)
{
	u8_t types = (u8_t)(type + IP_GET_TYPE(&other->local_ip));

	return one != other && types == IPADDR_TYPE_ANY + IPADDR_TYPE_V6 && !(is_shared && other->so_options & SOF_REUSEADDR);
}

static bool is_taken(const struct socket *socket, u8_t type, uint16_t port)
{
	const struct ip_pcb *mine = pcb_of(socket);
	bool is_shared = mine->so_options & SOF_REUSEADDR;

	if (!socket_is_stream(socket)) {
		for (struct udp_pcb *pcb = udp_pcbs; pcb; pcb = pcb->next)
			if (pcb->local_port == port && excludes(mine, type, (struct ip_pcb *)pcb, is_shared))
				return true;
		return false;
	}
	for (int list = 0; list < (is_shared ? NUM_TCP_PCB_LISTS_NO_TIME_WAIT : NUM_TCP_PCB_LISTS); list++)
		for (struct tcp_pcb *pcb = *tcp_pcb_lists[list]; pcb; pcb = pcb->next)
			if (pcb->local_port == port && excludes(mine, type, (struct ip_pcb *)pcb, is_shared))
				return true;
	return false;
}

long family_may_bind(const struct socket *socket, struct endpoint *to)
{
	bool is_any = ip_addr_isany(&to->address);

	if (is_any && IP_IS_V6(&to->address))
		IP_SET_TYPE(&to->address, family_type(socket));
	else if (!is_any && !(IP_IS_V6(&to->address) ? is_ours(ip_2_ip6(&to->address)) : ip4_route(ip_2_ip4(&to->address)) != NULL))
		return -SYS_EADDRNOTAVAIL;
	return to->port && is_taken(socket, IP_GET_TYPE(&to->address), to->port) ? -SYS_EADDRINUSE : 0;
}

static long set_only(struct socket *socket, bool is_only)
{
	struct endpoint name = {0};

	socket_local(socket, &name);
	if (name.port)
		return -SYS_EINVAL;
	socket->is_ipv6_only = is_only;
	if (pcb_of(socket)) /* not one whose connection is over, which has no port any more */
		set_type(socket);
	return 0;
}

static long set_byte(u8_t *where, int value, u8_t standard)
{
	if (value < -1 || value > UINT8_MAX)
		return -SYS_EINVAL;
	*where = value == -1 ? standard : (u8_t)value;
	return 0;
}

bool family_set(struct socket *socket, int level, int name, int value, long *result)
{
	struct ip_pcb *pcb = pcb_of(socket);

	if (level != SYS_IPPROTO_IPV6)
		return false;
	if (!socket->has_ipv6)
		*result = -SYS_ENOPROTOOPT;
	else if (name == SYS_IPV6_V6ONLY)
		*result = set_only(socket, value);
	else if (name == SYS_IPV6_UNICAST_HOPS && value)
		*result = pcb ? set_byte(&pcb->ttl, value, TCP_TTL) : 0;
	else if (name == SYS_IPV6_TCLASS)
		*result = pcb ? set_byte(&pcb->tos, value, 0) : 0;
	else
		*result = name == SYS_IPV6_UNICAST_HOPS ? -SYS_EINVAL : -SYS_ENOPROTOOPT;
	return true;
}

bool family_get(const struct socket *socket, int level, int name, int *value, long *result)
{
	struct ip_pcb *pcb = pcb_of(socket);

	if (level != SYS_IPPROTO_IPV6)
		return false;
	if (socket->has_ipv6 && name == SYS_IPV6_V6ONLY)
		*value = socket->is_ipv6_only;
	else if (socket->has_ipv6 && name == SYS_IPV6_UNICAST_HOPS)
		*value = pcb ? pcb->ttl : TCP_TTL;
	else if (socket->has_ipv6 && name == SYS_IPV6_TCLASS)
		*value = pcb ? pcb->tos : 0;
	else
		*result = -SYS_ENOPROTOOPT;
	return true;
}
