/* Addresses of the Internet as programs have them (ip(7) of Linux). */

#include "lwip/def.h"
#include "socket.h"
#include "string.h"

long socket_endpoint(const struct sys_sockaddr *address, uint32_t size, struct endpoint *endpoint)
{
	struct sys_sockaddr_in found;

	if (size < sizeof(found) || !address)
		return -SYS_EINVAL;
	memcpy(&found, address, sizeof(found));
	if (found.family != SYS_AF_INET)
		return -SYS_EAFNOSUPPORT;
	ip_addr_set_ip4_u32(&endpoint->address, found.address);
	endpoint->port = lwip_ntohs(found.port);
	return 0;
}

void socket_tell_name(const struct endpoint *endpoint, struct sys_sockaddr *address, uint32_t *size)
{
	struct sys_sockaddr_in name = {
		.family = SYS_AF_INET,
		.port = lwip_htons(endpoint->port),
		.address = ip_addr_get_ip4_u32(&endpoint->address),
	};

	if (!address || !size)
		return;
	memcpy(address, &name, *size < sizeof(name) ? *size : sizeof(name));
	*size = sizeof(name);
}
