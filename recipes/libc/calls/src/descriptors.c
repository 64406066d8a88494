/* Calls on open descriptors. */

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
	/* Of equal numbers dup3 would say EINVAL; here it only matters that the descriptor is open. */
	if (descriptor == wanted)
		return calls_result(sys_fcntl(descriptor, SYS_F_GETFD, 0)) < 0 ? -1 : wanted;
	return (int)calls_result(sys_dup3(descriptor, wanted, 0));
}

int isatty(int descriptor)
{
	unsigned short size[4]; /* rows, columns, and both in pixels */

	return calls_result(sys_ioctl(descriptor, SYS_TIOCGWINSZ, (uintptr_t)size)) == 0;
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
