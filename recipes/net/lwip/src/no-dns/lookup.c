/* Nobody asks for names: these are exports that nothing calls, so they are in no image. */

#include "lookup.h"
#include "sys_errors.h"

long network_lookup(const char *name, uint32_t *address)
{
	(void)name;
	(void)address;
	return -SYS_ENOSYS;
}

unsigned network_name_servers(uint32_t *servers, unsigned most)
{
	(void)servers;
	(void)most;
	return 0;
}
