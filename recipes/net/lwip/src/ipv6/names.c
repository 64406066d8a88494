/* Addresses of IPv6 as programs have them (ipv6(7) of Linux). Where the interface matters and none is named, it is the one with the card. */

#include "family.h"
#include "lwip/def.h"
#include "string.h"

enum { SIZE_LEAST = offsetof(struct sys_sockaddr_in6, scope) }; /* what RFC 2133 had; Linux takes that too */

long family_endpoint(const struct socket *socket, const struct sys_sockaddr *address, uint32_t size, struct endpoint *endpoint)
{
	struct sys_sockaddr_in6 found = {0};
	ip6_addr_t *to = ip_2_ip6(&endpoint->address);

	if (!socket->has_ipv6)
		return socket_endpoint(address, size, endpoint);
	if (size < SIZE_LEAST || !address)
		return -SYS_EINVAL;
	memcpy(&found, address, size < sizeof(found) ? size : sizeof(found));
	if (found.family != SYS_AF_INET6)
		return -SYS_EAFNOSUPPORT;
	endpoint->port = lwip_ntohs(found.port);
	memcpy(to->addr, found.address, sizeof(found.address));
	ip6_addr_clear_zone(to);
	IP_SET_TYPE(&endpoint->address, IPADDR_TYPE_V6);
	if (ip6_addr_isipv4mappedipv6(to)) {
		if (socket->is_ipv6_only)
			return -SYS_ENETUNREACH;
		unmap_ipv4_mapped_ipv6(ip_2_ip4(&endpoint->address), to);
		IP_SET_TYPE(&endpoint->address, IPADDR_TYPE_V4);
	} else if (ip6_addr_has_scope(to, IP6_UNKNOWN)) {
		ip6_addr_set_zone(to, (u8_t)(found.scope ? found.scope : netif_get_index(&network_interface)));
	}
	return 0;
}

/* The address within those of version 6, where all of version 4 have their place. */
static void map(const ip_addr_t *address, struct sys_sockaddr_in6 *name)
{
	ip6_addr_t mapped;

	if (IP_IS_V6(address)) {
		memcpy(name->address, ip_2_ip6(address)->addr, sizeof(name->address));
		name->scope = ip6_addr_zone(ip_2_ip6(address));
	} else if (!IP_IS_ANY_TYPE_VAL(*address)) {
		ip4_2_ipv4_mapped_ipv6(&mapped, ip_2_ip4(address));
		memcpy(name->address, mapped.addr, sizeof(name->address));
	}
}

void family_tell_name(const struct socket *socket, const struct endpoint *endpoint, struct sys_sockaddr *address, uint32_t *size)
{
	struct sys_sockaddr_in6 name = {.family = SYS_AF_INET6, .port = lwip_htons(endpoint->port)};

	if (!socket->has_ipv6) {
		socket_tell_name(endpoint, address, size);
		return;
	}
	if (!address || !size)
		return;
	map(&endpoint->address, &name);
	memcpy(address, &name, *size < sizeof(name) ? *size : sizeof(name));
	*size = sizeof(name);
}
