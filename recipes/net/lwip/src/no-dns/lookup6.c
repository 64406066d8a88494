/* Nobody asks for names, or the network has no IPv6: an export that nothing calls, so it is in no image. */

#include "lookup.h"
#include "sys_errors.h"

long network_lookup6(const char *name, bool waits, void *address)
{
	(void)name;
	(void)waits;
	(void)address;
	return -SYS_ENOSYS;
}
