/* Nobody asks for names: these are exports that nothing calls, so they are in no image. */

#include "lookup.h"
#include "sys_errors.h"

long network_lookup(const char *name, uint32_t *address)
{
	(void)name;
	(void)address;
	return -SYS_ENOSYS;
}

bool network_name_server(unsigned number, char *text, size_t size)
{
	(void)number;
	(void)text;
	(void)size;
	return false;
}
