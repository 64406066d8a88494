#ifndef STATE_H
#define STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "thread.h"

/* A thread; at the upper end of its stack, but for the first one. */
struct thread {
	void *stack_pointer; /* while another one runs */
	void *pointer;       /* to its thread-local variables; null: not known yet, or there are none */

	/* Its place among those who wait in `queue`, or, where that is null, among those who can run. */
	struct wait_queue *queue;
	struct thread *before, *behind;

	/* While it waits in a queue until a time: its place among those who do, the earliest first. */
	uint64_t deadline;
	struct thread *sooner, *later;

	enum wait_result result; /* of its last wait */

	struct thread *older, *younger; /* of those that have not ended */

	void *(*function)(void *first, void *second);
	void *first, *second, *value;
	struct wait_queue joiners;
	bool has_ended, is_detached;
	struct memory_range stack; /* without the guard page below it; empty: main's */
};

/* Who runs. */
extern struct thread *threads_current;

/* The first thread, and the oldest of those that have not ended. */
extern struct thread threads_first, *threads_eldest;

/* Let the thread, which stands in no queue, run when its turn comes. */
void threads_make_ready(struct thread *thread);

/* Let others run until the caller's turn comes. It stands in a queue, or among those who can run, or has ended. */
void threads_run_others(void);

/* In switch.S. */
void threads_switch(void **from, void *to);
void *threads_prepare(void *end);

/* What a new thread does first. */
_Noreturn void threads_begin(void);

#endif
