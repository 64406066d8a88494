/* Waiting of the only thread: a queue has it or has nobody, and only a source can wake it. */

#include "wait.h"

#include <stddef.h>

#include "clock.h"
#include "wait_sources.h"

struct thread {
	char unused;
};

static struct thread alone;

void wait_wake(struct wait_queue *queue, unsigned most)
{
	if (most > 0)
		*queue = (struct wait_queue){NULL, NULL};
}

enum wait_result wait_on(struct wait_queue *queue, uint64_t deadline)
{
	*queue = (struct wait_queue){&alone, &alone};
	for (;;) {
		bool has_come = wait_sources_poll();
		if (!queue->first)
			return WAIT_WOKEN;
		bool is_over = deadline != WAIT_FOREVER && clock_monotonic() >= deadline;
		if (is_over || (deadline == WAIT_FOREVER && !wait_sources)) {
			*queue = (struct wait_queue){NULL, NULL};
			return is_over ? WAIT_TIMED_OUT : WAIT_DEADLOCK;
		}
		if (!has_come)
			wait_sources_halt(deadline);
	}
}

void wait_yield(void)
{
	wait_sources_poll();
}
