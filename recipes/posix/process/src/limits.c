/* Limits that follow from the image; nothing can be had beyond them, and they cannot be lowered. */

#include "image.h"
#include "sys_calls.h"

/* Of Linux's numbers, those that say something here. */
enum resource { RESOURCE_DATA = 2, RESOURCE_STACK = 3, RESOURCE_CORE = 4, RESOURCE_OPEN_FILES = 7, RESOURCE_ADDRESSES = 9, RESOURCES = 16 };

enum { ITSELF = 1, PRIORITY = 20 };

/* Where the boot recipe or the descriptors are in the image. */
extern char boot_stack[] __attribute__((weak)), boot_stack_end[] __attribute__((weak));
extern const uint32_t descriptor_most __attribute__((weak));

static uint64_t limit_of(int resource)
{
	switch (resource) {
	case RESOURCE_DATA:
	case RESOURCE_ADDRESSES:
		return (uintptr_t)image_memory;
	case RESOURCE_STACK:
		return boot_stack ? (uintptr_t)boot_stack_end - (uintptr_t)boot_stack : UINT64_MAX; /* a process has the host's */
	case RESOURCE_CORE:
		return 0;
	case RESOURCE_OPEN_FILES:
		return &descriptor_most ? descriptor_most : 0;
	default:
		return UINT64_MAX;
	}
}

long sys_prlimit64(int process, int resource, const struct sys_rlimit *limit, struct sys_rlimit *old)
{
	if (process != 0 && process != ITSELF)
		return -SYS_ESRCH;
	if (resource < 0 || resource >= RESOURCES)
		return -SYS_EINVAL;
	uint64_t ours = limit_of(resource);
	if (limit && limit->current > limit->maximum)
		return -SYS_EINVAL;
	if (limit && (limit->current != ours || limit->maximum != ours))
		return -SYS_EPERM;
	if (old)
		*old = (struct sys_rlimit){ours, ours};
	return 0;
}

long sys_getrlimit(int resource, struct sys_rlimit *limit)
{
	return sys_prlimit64(0, resource, NULL, limit);
}

long sys_setrlimit(int resource, const struct sys_rlimit *limit)
{
	return sys_prlimit64(0, resource, limit, NULL);
}

/* Linux gives 20 less the nice value, so that no result looks like an error. */
long sys_getpriority(int which, int who)
{
	(void)who;
	return which < 0 || which > 2 ? -SYS_EINVAL : PRIORITY;
}

long sys_setpriority(int which, int who, int priority)
{
	(void)who;
	(void)priority; /* there is nobody to come before or after */
	return which < 0 || which > 2 ? -SYS_EINVAL : 0;
}
