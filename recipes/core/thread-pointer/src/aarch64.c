/* The thread pointer of aarch64, which user code of every system may write. */

#include "thread_pointer.h"

void thread_pointer_set(void *pointer)
{
	__asm__ volatile("msr tpidr_el0, %0" : : "r"(pointer) : "memory");
}
