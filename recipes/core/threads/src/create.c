/* The beginning and the end of a thread. */

#include "machine.h"
#include "page_rights.h"
#include "pages.h"
#include "state.h"

#include "own.h"

enum { GUARD_PAGES = 1, STACK_PAGES = (OPTION_STACK_SIZE + PAGE_BYTES - 1) / PAGE_BYTES, STACK_ALIGN = 16 };

static unsigned count = 1;
static struct thread *youngest = &threads_first;

/* One that has ended and is nobody's; its stack was in use until the switch. */
static struct thread *remains;

extern __typeof__(thread_own_word) thread_own_word __attribute__((weak));

static void give_back(struct thread *thread)
{
	char *guard = (char *)thread->stack.start - PAGE_BYTES;
	if (!thread->stack.start)
		return; /* main's own */
	page_rights_set(guard, GUARD_PAGES, PAGE_READ_WRITE);
	pages_give(guard, GUARD_PAGES + STACK_PAGES);
}

static void free_remains(void)
{
	if (remains && remains != threads_current) {
		give_back(remains);
		remains = NULL;
	}
}

struct thread *thread_create(void *(*function)(void *first, void *second), void *first, void *second)
{
	free_remains();
	char *guard = pages_take(GUARD_PAGES + STACK_PAGES), *start = guard + PAGE_BYTES, *end = start + STACK_PAGES * PAGE_BYTES;
	if (!guard)
		return NULL;
	if (!page_rights_set(guard, GUARD_PAGES, PAGE_NO_ACCESS)) {
		pages_give(guard, GUARD_PAGES + STACK_PAGES);
		return NULL;
	}
	struct thread *thread = (struct thread *)((uintptr_t)(end - sizeof(*thread)) & -(uintptr_t)STACK_ALIGN);
	*thread = (struct thread){
		.function = function,
		.first = first,
		.second = second,
		.stack = {(uintptr_t)start, (uintptr_t)end},
		.older = youngest,
	};
	if (youngest)
		youngest->younger = thread;
	youngest = thread;
	count++;
	char *stack_end = threads_own_start(thread, (char *)thread);
	thread->stack_pointer = threads_prepare((char *)((uintptr_t)stack_end & -(uintptr_t)STACK_ALIGN));
	threads_make_ready(thread);
	return thread;
}

_Noreturn void threads_begin(void)
{
	struct thread *self = threads_current;
	if (&thread_own_word)
		*thread_own_word = 0;
	thread_exit(self->function(self->first, self->second));
}

_Noreturn void thread_exit(void *value)
{
	struct thread *self = threads_current;
	if (--count == 0)
		machine_end(ENDING_EXIT, 0);
	*(self->older ? &self->older->younger : &threads_eldest) = self->younger;
	if (self->younger)
		self->younger->older = self->older;
	else
		youngest = self->older;
	self->value = value;
	self->has_ended = true;
	wait_wake(&self->joiners, 1);
	free_remains();
	if (self->is_detached)
		remains = self;
	threads_run_others();
	__builtin_unreachable();
}

enum wait_result thread_join(struct thread *thread, void **value)
{
	while (!thread->has_ended)
		if (wait_on(&thread->joiners, WAIT_FOREVER) == WAIT_DEADLOCK)
			return WAIT_DEADLOCK;
	if (value)
		*value = thread->value;
	give_back(thread);
	return WAIT_WOKEN;
}

void thread_detach(struct thread *thread)
{
	if (thread->has_ended)
		give_back(thread);
	else
		thread->is_detached = true;
}

const struct memory_range *thread_stack(void)
{
	return &threads_current->stack;
}

struct thread *thread_self(void)
{
	return threads_current;
}

unsigned thread_count(void)
{
	return count;
}
