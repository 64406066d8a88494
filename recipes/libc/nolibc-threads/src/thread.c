/* Threads: ISO C11, section 7.26.5. */

#include "thread.h"

#include <stdint.h>
#include <stdlib.h>

#include "console.h"
#include "waiting.h"

void (*nolibc_thread_end)(void);

static void *begin(void *function, void *argument)
{
	thrd_exit(((thrd_start_t)(uintptr_t)function)(argument));
}

int thrd_create(thrd_t *thread, thrd_start_t function, void *argument)
{
	struct thread *made = thread_create(begin, (void *)(uintptr_t)function, argument);

	if (!made)
		return thrd_nomem;
	*thread = made;
	return thrd_success;
}

int thrd_equal(thrd_t one, thrd_t other)
{
	return one == other;
}

thrd_t thrd_current(void)
{
	return thread_self();
}

void thrd_yield(void)
{
	wait_yield();
}

void thrd_exit(int value)
{
	if (nolibc_thread_end)
		nolibc_thread_end();
	if (thread_count() == 1)
		exit(EXIT_SUCCESS);
	thread_exit((void *)(intptr_t)value);
}

int thrd_detach(thrd_t thread)
{
	thread_detach(thread);
	return thrd_success;
}

int thrd_join(thrd_t thread, int *value)
{
	static const char deadlock[] = "deadlock: thrd_join waits for what nobody can do\n";
	void *ended_with;

	if (thread_join(thread, &ended_with) == WAIT_DEADLOCK) {
		console_write(deadlock, sizeof(deadlock) - 1);
		return thrd_error;
	}
	if (value)
		*value = (int)(intptr_t)ended_with;
	return thrd_success;
}
