/* The stack has its client of DNS only where this recipe is in the image; so who asks for names comes here. */

#include "net_names.h"

/* Of the stack. */
long network_lookup(const char *name, uint32_t *address);
unsigned network_name_servers(uint32_t *servers, unsigned most);

long net_lookup(const char *name, uint32_t *address)
{
	return network_lookup(name, address);
}

unsigned net_name_servers(uint32_t *servers, unsigned most)
{
	return network_name_servers(servers, most);
}
