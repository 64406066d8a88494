/* Calls of unistd.h, sys/stat.h and stdio.h on paths. */

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nolibc_system.h"
#include "sys_calls.h"

int access(const char *path, int mode)
{
	return (int)nolibc_result(sys_faccessat(SYS_AT_FDCWD, path, mode));
}

int faccessat(int folder, const char *path, int mode, int flags)
{
	return (int)nolibc_result(sys_faccessat2(folder, path, mode, flags));
}

int unlinkat(int folder, const char *path, int flags)
{
	return (int)nolibc_result(sys_unlinkat(folder, path, flags));
}

int unlink(const char *path)
{
	return unlinkat(SYS_AT_FDCWD, path, 0);
}

int rmdir(const char *path)
{
	return unlinkat(SYS_AT_FDCWD, path, SYS_AT_REMOVEDIR);
}

int remove(const char *path)
{
	int before = errno, result = unlink(path);

	if (result && errno == EISDIR) {
		errno = before;
		result = rmdir(path);
	}
	return result;
}

int rename(const char *old_path, const char *new_path)
{
	return (int)nolibc_result(sys_renameat(SYS_AT_FDCWD, old_path, SYS_AT_FDCWD, new_path));
}

int link(const char *old_path, const char *new_path)
{
	return (int)nolibc_result(sys_linkat(SYS_AT_FDCWD, old_path, SYS_AT_FDCWD, new_path, 0));
}

int symlink(const char *target, const char *path)
{
	return (int)nolibc_result(sys_symlinkat(target, SYS_AT_FDCWD, path));
}

ssize_t readlink(const char *restrict path, char *restrict target, size_t size)
{
	return nolibc_result(sys_readlinkat(SYS_AT_FDCWD, path, target, size));
}

int truncate(const char *path, off_t size)
{
	return (int)nolibc_result(sys_truncate(path, size));
}

int chdir(const char *path)
{
	return (int)nolibc_result(sys_chdir(path));
}

int fchdir(int descriptor)
{
	return (int)nolibc_result(sys_fchdir(descriptor));
}

char *getcwd(char *buffer, size_t size)
{
	if (!buffer) {
		errno = EINVAL;
		return NULL;
	}
	return nolibc_result(sys_getcwd(buffer, size)) < 0 ? NULL : buffer;
}
