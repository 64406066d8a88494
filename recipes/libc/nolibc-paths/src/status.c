/* Calls of sys/stat.h on paths. */

#include <sys/stat.h>

#include "nolibc_system.h"
#include "sys_calls.h"

int fstatat(int folder, const char *restrict path, struct stat *restrict status, int flags)
{
	return (int)nolibc_result(sys_newfstatat(folder, path, (struct sys_stat *)status, flags));
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
	return (int)nolibc_result(sys_mkdirat(folder, path, mode));
}

int mkdir(const char *path, mode_t mode)
{
	return mkdirat(SYS_AT_FDCWD, path, mode);
}

int chmod(const char *path, mode_t mode)
{
	return (int)nolibc_result(sys_fchmodat(SYS_AT_FDCWD, path, mode));
}

int fchmod(int descriptor, mode_t mode)
{
	return (int)nolibc_result(sys_fchmod(descriptor, mode));
}

mode_t umask(mode_t mask)
{
	return (mode_t)sys_umask(mask);
}

int utimensat(int folder, const char *path, const struct timespec times[2], int flags)
{
	return (int)nolibc_result(sys_utimensat(folder, path, (const struct sys_timespec *)times, flags));
}
