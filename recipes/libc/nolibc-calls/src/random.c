/* Random bytes. */

#include <sys/random.h>

#include "calls.h"

ssize_t getrandom(void *bytes, size_t size, unsigned flags)
{
	return calls_result(sys_getrandom(bytes, size, flags));
}
