/* Random bytes. */

#include <unistd.h>

#include "calls.h"

int getentropy(void *bytes, size_t size)
{
	enum { MOST = 256 }; /* bytes that one call gives */

	return calls_result(size > MOST ? -SYS_EIO : sys_getrandom(bytes, size, 0)) < 0 ? -1 : 0;
}
