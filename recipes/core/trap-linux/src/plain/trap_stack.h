/* There is one thread, and the kernel's stack. Part of trap.c. */

static inline uintptr_t trap_stack_end(void)
{
	return (uintptr_t)boot_words;
}
