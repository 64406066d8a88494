/* The address that a DHCP server gives, for as long as it does. */

#include "lwip/dhcp.h"
#include "network.h"

void network_address_start(void)
{
	static struct dhcp client;

	dhcp_set_struct(&network_interface, &client);
	dhcp_start(&network_interface);
}
