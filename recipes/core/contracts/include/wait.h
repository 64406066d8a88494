#ifndef WAIT_H
#define WAIT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The capability `wait`: how one waits for what others do. Two recipes provide it: one for an image with a single thread,
 * and `threads`.
 *
 * Another thread runs only where one waits, never in between, and no code runs in interrupts: an interrupt ends the processor's
 * halt and does nothing else. So what is true before wait_on is still true in it, nothing that is not kept across a wait needs
 * a lock, and no wake-up can be lost:
 *
 *     while (pipe_is_empty(pipe))
 *             if (wait_on(&pipe->readers, deadline) != WAIT_WOKEN)
 *                     return ...;
 *
 * Context of all: thread, and init calls behind level `devices`.
 */

struct thread;

/* Who waits for one thing, in the order in which they came; all zeros: nobody. Owned by whoever has the thing. */
struct wait_queue {
	struct thread *first, *last;
};

#define WAIT_FOREVER UINT64_MAX

enum wait_result {
	WAIT_WOKEN,     /* by wait_wake; look again whether it is so */
	WAIT_TIMED_OUT, /* clock_monotonic has come to `deadline` */
	WAIT_DEADLOCK,  /* no deadline, no other thread that could run and no source that could bring anything: it would last for ever */
};

/*
 * Wait until somebody wakes the queue; `deadline` in nanoseconds of clock_monotonic, or WAIT_FOREVER. If all threads wait for ever,
 * the one that began last is told so.
 */
enum wait_result wait_on(struct wait_queue *queue, uint64_t deadline);

/* Wake the first `most` of those who wait. They run once the caller waits. */
void wait_wake(struct wait_queue *queue, unsigned most);

/* Let those run who can, and look once whether any source has brought something. */
void wait_yield(void);

/*
 * Where events come from: a device, or a protocol's timers. It is looked at whenever no thread can run, and now and then besides.
 */
struct wait_source {
	/* Deal with all that has come, waking whom it concerns; on the stack of whoever waits, and without waiting. False: nothing had. */
	bool (*poll)(void);
	/*
	 * See that an interrupt ends the halt when more comes, but only if somebody would take it: a level that stays would end each
	 * halt. False: something has come meanwhile, so do not halt. Null: there is nothing to see to.
	 */
	bool (*arm)(void);
	/* When to poll next though nothing has come, as a deadline. Null: never. */
	uint64_t (*deadline)(void);
	struct wait_source *next; /* of the provider of `wait` */
};

/* Add a source for ever. */
void wait_source_add(struct wait_source *source);

#endif
