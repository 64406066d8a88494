/* Calls with paths. */

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "calls.h"

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

int fchdir(int descriptor)
{
	return (int)calls_result(sys_fchdir(descriptor));
}

mode_t umask(mode_t mask)
{
	return (mode_t)sys_umask(mask);
}
