/* Each thread has a stack of its own. Part of trap.c. */

#include "thread.h"

static inline struct memory_range trap_stack_of_thread(void)
{
	const struct memory_range *stack = thread_stack();
	return stack->end != 0 ? *stack : (struct memory_range){(uintptr_t)boot_stack, (uintptr_t)boot_stack_end};
}
