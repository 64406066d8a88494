/* The same at every exception level and in a process (Arm ARM, "TPIDR_EL0"). */

#include "thread_pointer.h"

void thread_pointer_set(void *pointer)
{
	__asm__ volatile("msr tpidr_el0, %0" : : "r"(pointer) : "memory");
}
