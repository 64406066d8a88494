/* Calls of sys/stat.h on paths. */

#include <sys/stat.h>

#include "calls.h"

int fstatat(int folder, const char *restrict path, struct stat *restrict status, int flags)
{
	return (int)calls_result(sys_newfstatat(folder, path, (struct sys_stat *)status, flags));
}

int stat(const char *restrict path, struct stat *restrict status)
{
	return fstatat(SYS_AT_FDCWD, path, status, 0);
}

int lstat(const char *restrict path, struct stat *restrict status)
{
	return fstatat(SYS_AT_FDCWD, path, status, SYS_AT_SYMLINK_NOFOLLOW);
}

int mkdirat(int folder, const char *path, mode_t mode)
{
	return (int)calls_result(sys_mkdirat(folder, path, mode));
}

int utimensat(int folder, const char *path, const struct timespec times[2], int flags)
{
	return (int)calls_result(sys_utimensat(folder, path, (const struct sys_timespec *)times, flags));
}
