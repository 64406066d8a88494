/* The stack has its client of DNS only where this recipe is in the image; so who asks for names comes here. */

#include "net_names.h"

/* Of the stack. */
long network_lookup(const char *name, uint32_t *address);
long network_lookup6(const char *name, bool waits, void *address);
bool network_name_server(unsigned number, char *text, size_t size);

long net_lookup(const char *name, uint32_t *address)
{
	return network_lookup(name, address);
}

long net_lookup6(const char *name, bool waits, void *address)
{
	return network_lookup6(name, waits, address);
}

bool net_name_server(unsigned number, char *text, size_t size)
{
	return network_name_server(number, text, size);
}
