/* The heap's memory in a process: as much as the manifest grants, between two pages that cannot be touched. */

#include "image.h"
#include "linux_call.h"
#include "machine.h"

enum {
	PAGE_SIZE = 4096,
	PROTECT_NONE = 0,
	PROTECT_READ_WRITE = 3,
	MAP_PRIVATE_ANONYMOUS = 0x22,
};

/* mmap takes six arguments; the last two are a descriptor and an offset, which anonymous memory has not. */
static long map_nothing(uintptr_t size)
{
	register long flags __asm__("r10") = MAP_PRIVATE_ANONYMOUS;
	register long descriptor __asm__("r8") = -1;
	register long offset __asm__("r9") = 0;
	long result = LINUX_MMAP;
	__asm__ volatile("syscall"
			 : "+a"(result)
			 : "D"(0L), "S"(size), "d"((long)PROTECT_NONE), "r"(flags), "r"(descriptor), "r"(offset)
			 : "rcx", "r11", "memory");
	return result;
}

struct memory_range machine_free_memory(void)
{
	uintptr_t size = (uintptr_t)image_memory & -(uintptr_t)PAGE_SIZE;
	long start = map_nothing(size + 2 * PAGE_SIZE);
	if (start < 0 || linux_call(LINUX_MPROTECT, start + PAGE_SIZE, (long)size, PROTECT_READ_WRITE, 0) < 0)
		return (struct memory_range){0, 0};
	return (struct memory_range){(uintptr_t)start + PAGE_SIZE, (uintptr_t)start + PAGE_SIZE + size};
}
