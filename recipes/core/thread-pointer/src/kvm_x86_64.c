/* By the model-specific register that every 64-bit processor has; WRFSBASE would be faster, but not all have it. */

#include <stdint.h>

#include "thread_pointer.h"

enum { MSR_FS_BASE = (int)0xc0000100 }; /* Intel SDM, volume 4, table 2-2 */

void thread_pointer_set(void *pointer)
{
	uint64_t address = (uintptr_t)pointer;

	__asm__ volatile("wrmsr" : : "c"(MSR_FS_BASE), "a"((uint32_t)address), "d"((uint32_t)(address >> 32)) : "memory");
}
