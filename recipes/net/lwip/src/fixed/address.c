/* The address that the manifest gives. */

#include "lwip/ip4_addr.h"
#include "network.h"

void network_address_start(void)
{
	ip4_addr_t address = {PP_HTONL(OPTION_ADDRESS)}, gateway = {PP_HTONL(OPTION_GATEWAY)};
	ip4_addr_t mask = {PP_HTONL(OPTION_PREFIX ? 0xffffffffu << (32 - OPTION_PREFIX) % 32 : 0)};

	netif_set_addr(&network_interface, &address, &mask, &gateway);
}

bool network_address_may_come_by(const struct pbuf *packet)
{
	(void)packet;
	return true;
}
