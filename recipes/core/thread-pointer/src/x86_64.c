/* The thread pointer of x86_64: the base of FS, by the register that each processor has (Intel SDM 4, IA32_FS_BASE). */

#include <stdint.h>

#include "thread_pointer.h"

#define IA32_FS_BASE 0xc0000100

void thread_pointer_set(void *pointer)
{
	uint64_t value = (uintptr_t)pointer;

	__asm__ volatile("wrmsr" : : "c"(IA32_FS_BASE), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}
