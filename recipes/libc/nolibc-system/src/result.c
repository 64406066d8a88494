/* Errors of system calls. */

#include "nolibc_system.h"

#include <errno.h>

long nolibc_result(long result)
{
	if (result >= 0)
		return result;
	errno = (int)-result;
	return -1;
}
