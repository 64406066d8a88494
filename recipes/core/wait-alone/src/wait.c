/* Waiting of the only thread: a queue has it or has nobody, and only a source can wake it. */

#include "wait.h"

#include <stddef.h>

#include "clock.h"
#include "idle.h"
#include "sources.h"

struct thread {
	char unused;
};

static struct thread alone;

struct wait_source *wait_sources;

void wait_wake(struct wait_queue *queue, unsigned most)
{
	if (most > 0)
		*queue = (struct wait_queue){NULL, NULL};
}

/* Whether any source had something. */
static bool look(void)
{
	bool has_come = false;
	for (struct wait_source *source = wait_sources; source; source = source->next)
		has_come |= source->poll();
	return has_come;
}

/* Halt until `deadline` or until one of the sources wants to be looked at. */
static void halt(uint64_t deadline)
{
	for (struct wait_source *source = wait_sources; source; source = source->next) {
		uint64_t next = source->deadline ? source->deadline() : WAIT_FOREVER;
		if (source->arm && !source->arm())
			return;
		if (next < deadline)
			deadline = next;
	}
	idle_until(deadline);
}

enum wait_result wait_on(struct wait_queue *queue, uint64_t deadline)
{
	*queue = (struct wait_queue){&alone, &alone};
	for (;;) {
		bool has_come = look();
		if (!queue->first)
			return WAIT_WOKEN;
		bool is_over = deadline != WAIT_FOREVER && clock_monotonic() >= deadline;
		if (is_over || (deadline == WAIT_FOREVER && !wait_sources)) {
			*queue = (struct wait_queue){NULL, NULL};
			return is_over ? WAIT_TIMED_OUT : WAIT_DEADLOCK;
		}
		if (!has_come)
			halt(deadline);
	}
}

void wait_yield(void)
{
	look();
}
