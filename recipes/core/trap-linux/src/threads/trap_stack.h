/* Each thread has a stack of its own. Part of trap.c. */

#include "thread.h"

static inline uintptr_t trap_stack_end(void)
{
	uintptr_t end = thread_stack()->end;
	return end != 0 ? end : (uintptr_t)boot_words;
}
