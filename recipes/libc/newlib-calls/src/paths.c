/* Calls with paths. */

#include <fcntl.h>
#include <stdarg.h>

#include "newlib_calls.h"

int open(const char *path, int flags, ...)
{
	va_list rest;
	va_start(rest, flags);
	mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
	va_end(rest);
	return (int)calls_result(sys_openat(SYS_AT_FDCWD, path, newlib_open_flags(flags), mode));
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
		newlib_status(status, &found);
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

int mkfifo(const char *path, mode_t mode)
{
	return (int)calls_result(sys_mknodat(SYS_AT_FDCWD, path, mode | SYS_S_IFIFO, 0));
}
