/* Calls of unistd.h and sys/stat.h on descriptors. */

#include <sys/stat.h>
#include <unistd.h>

#include "nolibc_system.h"
#include "sys_calls.h"

ssize_t read(int descriptor, void *bytes, size_t size)
{
	return nolibc_result(sys_read(descriptor, bytes, size));
}

ssize_t write(int descriptor, const void *bytes, size_t size)
{
	return nolibc_result(sys_write(descriptor, bytes, size));
}

ssize_t pread(int descriptor, void *bytes, size_t size, off_t offset)
{
	return nolibc_result(sys_pread64(descriptor, bytes, size, offset));
}

ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t offset)
{
	return nolibc_result(sys_pwrite64(descriptor, bytes, size, offset));
}

off_t lseek(int descriptor, off_t offset, int whence)
{
	return nolibc_result(sys_lseek(descriptor, offset, whence));
}

int close(int descriptor)
{
	return (int)nolibc_result(sys_close(descriptor));
}

int dup(int descriptor)
{
	return (int)nolibc_result(sys_dup(descriptor));
}

int dup3(int descriptor, int wanted, int flags)
{
	return (int)nolibc_result(sys_dup3(descriptor, wanted, flags));
}

int dup2(int descriptor, int wanted)
{
	/* Of equal numbers dup3 would say EINVAL; here it only matters that the descriptor is open. */
	if (descriptor == wanted)
		return nolibc_result(sys_fcntl(descriptor, SYS_F_GETFD, 0)) < 0 ? -1 : wanted;
	return dup3(descriptor, wanted, 0);
}

int isatty(int descriptor)
{
	char settings[64]; /* a struct termios of the system calls has 36 bytes */

	return nolibc_result(sys_ioctl(descriptor, SYS_TCGETS, (uintptr_t)settings)) == 0;
}

int fsync(int descriptor)
{
	return (int)nolibc_result(sys_fsync(descriptor));
}

int fdatasync(int descriptor)
{
	return (int)nolibc_result(sys_fdatasync(descriptor));
}

int ftruncate(int descriptor, off_t size)
{
	return (int)nolibc_result(sys_ftruncate(descriptor, size));
}

int fstat(int descriptor, struct stat *status)
{
	return (int)nolibc_result(sys_fstat(descriptor, (struct sys_stat *)status));
}

_Static_assert(sizeof(struct stat) == sizeof(struct sys_stat), "one layout");
_Static_assert(offsetof(struct stat, st_size) == offsetof(struct sys_stat, size), "one layout");
_Static_assert(offsetof(struct stat, st_blocks) == offsetof(struct sys_stat, blocks), "one layout");
_Static_assert(offsetof(struct stat, st_mtim) == offsetof(struct sys_stat, modified), "one layout");
