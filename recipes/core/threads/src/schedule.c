/*
 * Whose turn it is. Who can run stands in a queue, and the first of it comes next. Each time when all who stood there have had their
 * turn, and whenever nobody can run, sources and deadlines are looked at. There is no thread for idling: the last one that waits
 * halts the processor, on its own stack.
 *
 * Deadlines are a sorted list, searched from its end: most are as far away as others before them were.
 */

#include "clock.h"
#include "machine.h"
#include "state.h"
#include "wait_sources.h"

#include "own.h"

struct thread threads_first, *threads_current = &threads_first, *threads_eldest = &threads_first;

static struct wait_queue ready;
static unsigned ready_count, turns; /* how many turns until sources are looked at */
static struct thread *soonest, *latest;

extern __typeof__(thread_own_word) thread_own_word __attribute__((weak));

static void append(struct wait_queue *queue, struct thread *thread)
{
	thread->before = queue->last;
	thread->behind = NULL;
	*(queue->last ? &queue->last->behind : &queue->first) = thread;
	queue->last = thread;
}

static void take_out(struct wait_queue *queue, struct thread *thread)
{
	*(thread->before ? &thread->before->behind : &queue->first) = thread->behind;
	*(thread->behind ? &thread->behind->before : &queue->last) = thread->before;
}

static void set_deadline(struct thread *thread, uint64_t deadline)
{
	struct thread *sooner = latest;
	while (sooner && sooner->deadline > deadline)
		sooner = sooner->sooner;
	thread->deadline = deadline;
	thread->sooner = sooner;
	thread->later = sooner ? sooner->later : soonest;
	*(sooner ? &sooner->later : &soonest) = thread;
	*(thread->later ? &thread->later->sooner : &latest) = thread;
}

static void clear_deadline(struct thread *thread)
{
	*(thread->sooner ? &thread->sooner->later : &soonest) = thread->later;
	*(thread->later ? &thread->later->sooner : &latest) = thread->sooner;
}

void threads_make_ready(struct thread *thread)
{
	append(&ready, thread);
	ready_count++;
}

/* End the wait of a thread. */
static void release(struct thread *thread, enum wait_result result)
{
	take_out(thread->queue, thread);
	if (thread->deadline != WAIT_FOREVER)
		clear_deadline(thread);
	thread->queue = NULL;
	thread->result = result;
	threads_make_ready(thread);
}

void wait_wake(struct wait_queue *queue, unsigned most)
{
	for (; queue->first && most > 0; most--)
		release(queue->first, WAIT_WOKEN);
}

/* Look at sources and deadlines. Whether any source had something. */
static bool look(void)
{
	bool has_come = wait_sources_poll();
	if (soonest) {
		uint64_t now = clock_monotonic();
		while (soonest && soonest->deadline <= now)
			release(soonest, WAIT_TIMED_OUT);
	}
	return has_come;
}

/* Nothing can ever happen: tell the one that has just begun to wait, or, if it has ended, the oldest. */
static void tell_deadlock(void)
{
	struct thread *told = threads_current;
	if (!told->queue)
		for (told = threads_eldest; !told->queue;)
			told = told->younger;
	release(told, WAIT_DEADLOCK);
}

/* Go on with `next`, until somebody goes on with the caller. */
static void go_to(struct thread *next)
{
	struct thread *self = threads_current;
	int own_word = &thread_own_word ? *thread_own_word : 0;
	threads_own_leave(self);
	threads_own_enter(next);
	threads_current = next;
	threads_switch(&self->stack_pointer, next->stack_pointer);
	if (&thread_own_word)
		*thread_own_word = own_word;
}

void threads_run_others(void)
{
	if (turns == 0 && ready.first)
		look();
	while (!ready.first)
		if (!look() && !ready.first) {
			if (soonest || wait_sources)
				wait_sources_halt(soonest ? soonest->deadline : WAIT_FOREVER);
			else
				tell_deadlock();
		}
	if (turns == 0)
		turns = ready_count;
	turns--;
	struct thread *next = ready.first;
	take_out(&ready, next);
	ready_count--;
	if (next != threads_current)
		go_to(next);
}

enum wait_result wait_on(struct wait_queue *queue, uint64_t deadline)
{
	struct thread *self = threads_current;
	self->queue = queue;
	append(queue, self);
	self->deadline = WAIT_FOREVER;
	if (deadline != WAIT_FOREVER)
		set_deadline(self, deadline);
	threads_run_others();
	return self->result;
}

void wait_yield(void)
{
	threads_make_ready(threads_current);
	turns = 0;
	threads_run_others();
}
