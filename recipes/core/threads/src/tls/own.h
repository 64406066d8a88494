/* Each thread has its own thread-local variables. Part of create.c and schedule.c. */

#include "thread_pointer.h"
#include "tls_block.h"

/* Give a new thread its variables, below `end`; the address below which its stack may be. */
static inline char *threads_own_start(struct thread *thread, char *end)
{
	char *block = (char *)((uintptr_t)(end - tls_size()) & -(uintptr_t)image_tls_align);
	char *variables = tls_variables(block);
	size_t size = (uintptr_t)image_tls_end - (uintptr_t)image_tls_start;
	size_t count = (uintptr_t)image_tls_bytes_end - (uintptr_t)image_tls_start;

	for (size_t place = 0; place < size; place++)
		variables[place] = place < count ? image_tls_start[place] : 0;
	thread->pointer = tls_pointer(block);
	return block;
}

/* The first thread's variables are where the recipe `tls` has put them. */
static inline void threads_own_leave(struct thread *thread)
{
	if (!thread->pointer)
		thread->pointer = tls_pointer_in_use();
}

static inline void threads_own_enter(struct thread *thread)
{
	thread_pointer_set(thread->pointer);
}
