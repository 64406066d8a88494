/* The heap's memory in a process: as much as the manifest grants, between two pages that cannot be touched. */

#include "image.h"
#include "linux_call.h"
#include "machine.h"

enum {
	PROTECT_NONE = 0,
	PROTECT_READ_WRITE = 3,
	MAP_PRIVATE_ANONYMOUS = 0x22,
	NO_DESCRIPTOR = -1,
};

struct memory_range machine_free_memory(void)
{
	uintptr_t size = (uintptr_t)image_memory & -(uintptr_t)LINUX_LARGEST_PAGE;
	long total = (long)size + 2 * LINUX_LARGEST_PAGE;
	long start = linux_call_6(LINUX_MMAP, 0, total, PROTECT_NONE, MAP_PRIVATE_ANONYMOUS, NO_DESCRIPTOR, 0);
	long first = start + LINUX_LARGEST_PAGE;
	if (start < 0 || linux_call(LINUX_MPROTECT, first, (long)size, PROTECT_READ_WRITE, 0) < 0)
		return (struct memory_range){0, 0};
	return (struct memory_range){(uintptr_t)first, (uintptr_t)first + size};
}
