/* Random bytes. */

#include <errno.h>
#include <unistd.h>

#include "calls.h"

enum { MOST = 256 }; /* bytes that one call gives */

int getentropy(void *bytes, size_t size)
{
	if (size > MOST)
		return calls_fail(EIO);
	return calls_result(sys_getrandom(bytes, size, 0)) < 0 ? -1 : 0;
}
