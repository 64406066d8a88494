/* Calls of unistd.h and sys/stat.h on descriptors. */

#include <sys/stat.h>
#include <unistd.h>

#include "calls.h"

int dup3(int descriptor, int wanted, int flags)
{
	return (int)calls_result(sys_dup3(descriptor, wanted, flags));
}

int fstat(int descriptor, struct stat *status)
{
	return (int)calls_result(sys_fstat(descriptor, (struct sys_stat *)status));
}

_Static_assert(sizeof(struct stat) == sizeof(struct sys_stat), "one layout");
_Static_assert(offsetof(struct stat, st_size) == offsetof(struct sys_stat, size), "one layout");
_Static_assert(offsetof(struct stat, st_blocks) == offsetof(struct sys_stat, blocks), "one layout");
_Static_assert(offsetof(struct stat, st_mtim) == offsetof(struct sys_stat, modified), "one layout");
