/* What x86_64's kernel tells of a file, in the layout of sys_types.h. */

#include <string.h>
#include <sys/syscall.h>

#include "shim.h"
#include "sys_calls.h"

/* struct stat of Linux for x86_64 (arch/x86/include/uapi/asm/stat.h), with the names of sys_types.h. */
struct kernel_status {
	uint64_t device, inode, links;
	uint32_t mode, owner, group, padding;
	uint64_t special_device;
	int64_t size, block_size, blocks;
	struct sys_timespec accessed, modified, changed;
	int64_t unused[3];
};

static void translate(struct sys_stat *to, const struct kernel_status *from)
{
	memset(to, 0, sizeof(*to));
	to->device = from->device;
	to->inode = from->inode;
	to->mode = from->mode;
	to->links = (uint32_t)from->links;
	to->owner = from->owner;
	to->group = from->group;
	to->special_device = from->special_device;
	to->size = from->size;
	to->block_size = (int32_t)from->block_size;
	to->blocks = from->blocks;
	to->accessed = from->accessed;
	to->modified = from->modified;
	to->changed = from->changed;
}

long sys_fstat(int descriptor, struct sys_stat *status)
{
	struct kernel_status found;
	const long result = linux_call(SYS_fstat, descriptor, (long)&found, 0);
	if (result == 0)
		translate(status, &found);
	return result;
}

long sys_newfstatat(int folder, const char *path, struct sys_stat *status, int flags)
{
	struct kernel_status found;
	long result;
	register long fourth __asm__("r10") = flags;
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(SYS_newfstatat), "D"(folder), "S"(path), "d"(&found), "r"(fourth)
			 : "rcx", "r11", "memory");
	if (result == 0)
		translate(status, &found);
	return result;
}
