/* Random bytes. */

#include <errno.h>
#include <sys/random.h>

#include "nolibc_system.h"
#include "sys_calls.h"

ssize_t getrandom(void *bytes, size_t size, unsigned flags)
{
	return nolibc_result(sys_getrandom(bytes, size, flags));
}

int getentropy(void *bytes, size_t size)
{
	enum { MOST = 256 };

	if (size > MOST) {
		errno = EIO;
		return -1;
	}
	return getrandom(bytes, size, 0) == (ssize_t)size ? 0 : -1;
}
