/* Calls on open descriptors. */

#include <fcntl.h>
#include <stdarg.h>

#include "newlib_calls.h"

int fstat(int descriptor, struct stat *status)
{
	struct sys_stat found;
	int result = (int)calls_result(sys_fstat(descriptor, &found));

	if (result == 0)
		newlib_status(status, &found);
	return result;
}

/* The flags that F_GETFL tells. */
static int status_flags(long flags)
{
	return (int)(flags & SYS_O_ACCMODE) | (flags & SYS_O_APPEND ? O_APPEND : 0) |
	       (flags & SYS_O_NONBLOCK ? O_NONBLOCK : 0) | ((flags & SYS_O_SYNC) == SYS_O_SYNC ? O_SYNC : 0);
}

int fcntl(int descriptor, int command, ...)
{
	va_list rest;
	va_start(rest, command);
	int argument = va_arg(rest, int);
	va_end(rest);
	switch (command) {
	case F_DUPFD:
	case F_GETFD:
	case F_SETFD:
		return (int)calls_result(sys_fcntl(descriptor, command, (uintptr_t)argument));
	case F_DUPFD_CLOEXEC:
		return (int)calls_result(sys_fcntl(descriptor, SYS_F_DUPFD_CLOEXEC, (uintptr_t)argument));
	case F_GETFL: {
		long flags = calls_result(sys_fcntl(descriptor, SYS_F_GETFL, 0));

		return flags < 0 ? -1 : status_flags(flags);
	}
	case F_SETFL:
		return (int)calls_result(sys_fcntl(descriptor, SYS_F_SETFL, (uintptr_t)newlib_open_flags(argument)));
	default:
		return (int)calls_result(-SYS_EINVAL); /* locks: nobody else is there to be kept out */
	}
}
