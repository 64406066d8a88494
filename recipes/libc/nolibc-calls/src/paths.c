/* Calls of unistd.h, sys/stat.h and stdio.h on paths. */

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "calls.h"

int faccessat(int folder, const char *path, int mode, int flags)
{
	return (int)calls_result(sys_faccessat2(folder, path, mode, flags));
}

int unlinkat(int folder, const char *path, int flags)
{
	return (int)calls_result(sys_unlinkat(folder, path, flags));
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

char *getcwd(char *buffer, size_t size)
{
	if (!buffer) {
		errno = EINVAL;
		return NULL;
	}
	return calls_result(sys_getcwd(buffer, size)) < 0 ? NULL : buffer;
}
