/* There is one thread, and main's stack. Part of trap.c. */

static inline struct memory_range trap_stack_of_thread(void)
{
	return (struct memory_range){(uintptr_t)boot_stack, (uintptr_t)boot_stack_end};
}
