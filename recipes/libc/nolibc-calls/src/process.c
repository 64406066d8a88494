/* Questions about the process. */

#include <sys/utsname.h>

#include "calls.h"

int uname(struct utsname *name)
{
	return (int)calls_result(sys_uname((struct sys_utsname *)name));
}

_Static_assert(sizeof(struct utsname) == sizeof(struct sys_utsname), "one layout");
