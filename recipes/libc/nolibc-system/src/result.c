/* Errors of system calls. */

#include <errno.h>

#include "calls.h"

long calls_result(long result)
{
	if (result >= 0)
		return result;
	errno = (int)-result;
	return -1;
}
