/* Numbers of the system that never change: POSIX. */

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { PAGE_BYTES = 4096, TICKS = 100 };

long sysconf(int name)
{
	switch (name) {
	case _SC_PAGESIZE:
		return PAGE_BYTES;
	case _SC_NPROCESSORS_CONF:
	case _SC_NPROCESSORS_ONLN:
		return 1;
	case _SC_CLK_TCK:
		return TICKS;
	default:
		errno = EINVAL;
		return -1;
	}
}

int getpagesize(void)
{
	return PAGE_BYTES;
}

void _exit(int status)
{
	_Exit(status);
}
