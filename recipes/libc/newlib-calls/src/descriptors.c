/* Calls on open descriptors. */

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

#include "calls.h"

ssize_t read(int descriptor, void *bytes, size_t size)
{
	return calls_result(sys_read(descriptor, bytes, size));
}

ssize_t write(int descriptor, const void *bytes, size_t size)
{
	return calls_result(sys_write(descriptor, bytes, size));
}

ssize_t pread(int descriptor, void *bytes, size_t size, off_t offset)
{
	return calls_result(sys_pread64(descriptor, bytes, size, offset));
}

ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t offset)
{
	return calls_result(sys_pwrite64(descriptor, bytes, size, offset));
}

off_t lseek(int descriptor, off_t offset, int whence)
{
	return calls_result(sys_lseek(descriptor, offset, whence));
}

int close(int descriptor)
{
	return (int)calls_result(sys_close(descriptor));
}

int dup(int descriptor)
{
	return (int)calls_result(sys_dup(descriptor));
}

int dup2(int descriptor, int wanted)
{
	if (descriptor == wanted)
		return calls_result(sys_fcntl(descriptor, SYS_F_GETFD, 0)) < 0 ? -1 : wanted;
	return (int)calls_result(sys_dup3(descriptor, wanted, 0));
}

int fsync(int descriptor)
{
	return (int)calls_result(sys_fsync(descriptor));
}

int fdatasync(int descriptor)
{
	return (int)calls_result(sys_fdatasync(descriptor));
}

int ftruncate(int descriptor, off_t size)
{
	return (int)calls_result(sys_ftruncate(descriptor, size));
}

int fstat(int descriptor, struct stat *status)
{
	struct sys_stat found;
	int result = (int)calls_result(sys_fstat(descriptor, &found));

	if (result == 0)
		calls_status(status, &found);
	return result;
}

int isatty(int descriptor)
{
	unsigned short size[4]; /* rows, columns, and both in pixels */

	return calls_result(sys_ioctl(descriptor, SYS_TIOCGWINSZ, (uintptr_t)size)) == 0;
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
		return (int)calls_result(sys_fcntl(descriptor, SYS_F_SETFL, (uintptr_t)calls_open_flags(argument)));
	default:
		return calls_fail(EINVAL); /* locks: nobody else is there to be kept out */
	}
}
