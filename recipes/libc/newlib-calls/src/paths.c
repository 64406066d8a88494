/* Calls with paths. */

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "calls.h"

int open(const char *path, int flags, ...)
{
	va_list rest;
	va_start(rest, flags);
	mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
	va_end(rest);
	return (int)calls_result(sys_openat(SYS_AT_FDCWD, path, calls_open_flags(flags), mode));
}

int creat(const char *path, mode_t mode)
{
	return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

static int status_of(const char *path, struct stat *status, int flags)
{
	struct sys_stat found;
	int result = (int)calls_result(sys_newfstatat(SYS_AT_FDCWD, path, &found, flags));

	if (result == 0)
		calls_status(status, &found);
	return result;
}

int stat(const char *restrict path, struct stat *restrict status)
{
	return status_of(path, status, 0);
}

int lstat(const char *restrict path, struct stat *restrict status)
{
	return status_of(path, status, SYS_AT_SYMLINK_NOFOLLOW);
}

int access(const char *path, int mode)
{
	return (int)calls_result(sys_faccessat(SYS_AT_FDCWD, path, mode));
}

/* picolibc's remove calls it for folders too, for which C leaves open what happens and POSIX does not. */
int unlink(const char *path)
{
	return (int)calls_result(sys_unlinkat(SYS_AT_FDCWD, path, 0));
}

int rmdir(const char *path)
{
	return (int)calls_result(sys_unlinkat(SYS_AT_FDCWD, path, SYS_AT_REMOVEDIR));
}

int mkdir(const char *path, mode_t mode)
{
	return (int)calls_result(sys_mkdirat(SYS_AT_FDCWD, path, mode));
}

int mkfifo(const char *path, mode_t mode)
{
	return (int)calls_result(sys_mknodat(SYS_AT_FDCWD, path, mode | SYS_S_IFIFO, 0));
}

int rename(const char *old_path, const char *new_path)
{
	return (int)calls_result(sys_renameat(SYS_AT_FDCWD, old_path, SYS_AT_FDCWD, new_path));
}

int link(const char *old_path, const char *new_path)
{
	return (int)calls_result(sys_linkat(SYS_AT_FDCWD, old_path, SYS_AT_FDCWD, new_path, 0));
}

int symlink(const char *target, const char *path)
{
	return (int)calls_result(sys_symlinkat(target, SYS_AT_FDCWD, path));
}

ssize_t readlink(const char *restrict path, char *restrict target, size_t size)
{
	return calls_result(sys_readlinkat(SYS_AT_FDCWD, path, target, size));
}

int chmod(const char *path, mode_t mode)
{
	return (int)calls_result(sys_fchmodat(SYS_AT_FDCWD, path, mode));
}

int fchmod(int descriptor, mode_t mode)
{
	return (int)calls_result(sys_fchmod(descriptor, mode));
}

int truncate(const char *path, off_t size)
{
	return (int)calls_result(sys_truncate(path, size));
}

int chdir(const char *path)
{
	return (int)calls_result(sys_chdir(path));
}

mode_t umask(mode_t mask)
{
	return (mode_t)sys_umask(mask);
}
