/* The address that a DHCP server gives, for as long as it does. */

#include "lwip/dhcp.h"
#include "lwip/prot/dhcp.h"
#include "network.h"
#include "wait.h"

static struct dhcp client;

/* lwIP gives up for good if it has no memory at the moment when it begins anew, be it after a lease that has ended. */
static bool begin_again(void)
{
	if (client.state == DHCP_STATE_OFF)
		dhcp_start(&network_interface);
	return false;
}

static struct wait_source source = {.poll = begin_again};

void network_address_start(void)
{
	dhcp_set_struct(&network_interface, &client);
	dhcp_start(&network_interface);
	wait_source_add(&source);
}
