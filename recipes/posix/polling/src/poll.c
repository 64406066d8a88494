/*
 * poll and select: look at all objects, and again after each change of any, as a call that is given all its objects each
 * time has to. Of the console's input nobody can say whether there is any: it counts as ready, and reading it may then
 * wait. A wait that nobody could ever end fails with EDEADLK.
 */

#include "clock.h"
#include "console.h"
#include "descriptor.h"
#include "pollers.h"
#include "sys_calls.h"

enum { NOT_OPEN = 0x20, BITS_PER_WORD = 64 };

#define SECOND UINT64_C(1000000000)

/* What of `events` is so now, and what is told unasked. */
static unsigned ready(int descriptor, unsigned events)
{
	struct descriptor_object *object = descriptor_object(descriptor);
	unsigned now = DESCRIPTOR_READABLE | DESCRIPTOR_WRITABLE;

	if (!object)
		return NOT_OPEN;
	if (object->operations && object->operations->ready)
		now = object->operations->ready(object);
	return descriptor_asked(now, events);
}

static bool is_legal(const struct sys_timespec *limit)
{
	return !limit || (limit->seconds >= 0 && (uint64_t)limit->nanoseconds < SECOND);
}

/* When the clock will be `limit` further. */
static uint64_t deadline_of(const struct sys_timespec *limit)
{
	uint64_t length;

	if (!limit)
		return WAIT_FOREVER;
	if (__builtin_mul_overflow((uint64_t)limit->seconds, SECOND, &length) ||
	    __builtin_add_overflow(length, (uint64_t)limit->nanoseconds, &length) ||
	    __builtin_add_overflow(length, clock_monotonic(), &length))
		return WAIT_FOREVER - 1;
	return length;
}

/* Nothing is ready. 1: look again; 0: the time has come; else an error. */
static long wait(const struct sys_timespec *limit, uint64_t deadline, const char *words, size_t length)
{
	if (limit && limit->seconds == 0 && limit->nanoseconds == 0) {
		wait_yield(); /* who only ever asks like this gets something to see at the next time */
		return 0;
	}
	switch (wait_on(&polling_waiters, deadline)) {
	case WAIT_WOKEN:
		return 1;
	case WAIT_TIMED_OUT:
		return 0;
	default:
		console_write(words, length);
		return -SYS_EDEADLK;
	}
}

/* How many of the set are ready, each of which says how. */
static long poll_all(struct sys_pollfd *set, size_t count)
{
	long found = 0;

	for (size_t place = 0; place < count; place++) {
		set[place].returned = 0;
		if (set[place].descriptor < 0)
			continue;
		set[place].returned = (int16_t)ready(set[place].descriptor, (uint16_t)set[place].events);
		found += set[place].returned != 0;
	}
	return found;
}

long sys_ppoll(struct sys_pollfd *set, size_t count, const struct sys_timespec *limit, const void *mask, size_t size)
{
	static const char endless[] = "deadlock: poll waits for what nobody can do\n";
	uint64_t deadline;
	long found, more;

	(void)mask;
	(void)size;
	if (count > descriptor_most || !is_legal(limit))
		return -SYS_EINVAL;
	deadline = deadline_of(limit);
	for (;;) {
		found = poll_all(set, count);
		if (found)
			return found;
		more = wait(limit, deadline, endless, sizeof(endless) - 1);
		if (more <= 0)
			return more;
	}
}

/* The sets of select, in its order, and what in each counts as ready. */
struct sets {
	uint64_t *of[3];
};
static const uint8_t counts_as[3] = {
	DESCRIPTOR_READABLE | DESCRIPTOR_ENDED,
	DESCRIPTOR_WRITABLE | DESCRIPTOR_BROKEN,
	0,
};

static bool has(const uint64_t *set, int descriptor)
{
	return set && set[descriptor / BITS_PER_WORD] >> descriptor % BITS_PER_WORD & 1;
}

/* How many members of the sets are ready; if they `leave`, no others are left in them. */
static long select_all(const struct sets *sets, int count, bool leave)
{
	long found = 0;

	for (unsigned which = 0; which < 3; which++) {
		for (int descriptor = 0; descriptor < count; descriptor++) {
			uint64_t *set = sets->of[which];

			if (!has(set, descriptor))
				continue;
			if (ready(descriptor, counts_as[which]) & counts_as[which])
				found++;
			else if (leave)
				set[descriptor / BITS_PER_WORD] &= ~(UINT64_C(1) << descriptor % BITS_PER_WORD);
		}
	}
	return found;
}

long sys_pselect6(int count, void *read, void *write, void *except, const struct sys_timespec *limit, const void *mask)
{
	static const char endless[] = "deadlock: select waits for what nobody can do\n";
	const struct sets sets = {{read, write, except}};
	uint64_t deadline;
	long more = 1;

	(void)mask;
	if (count < 0 || !is_legal(limit))
		return -SYS_EINVAL;
	for (int descriptor = 0; descriptor < count; descriptor++)
		if ((has(read, descriptor) || has(write, descriptor) || has(except, descriptor)) &&
		    !descriptor_object(descriptor))
			return -SYS_EBADF;
	deadline = deadline_of(limit);
	while (more > 0 && select_all(&sets, count, false) == 0)
		more = wait(limit, deadline, endless, sizeof(endless) - 1);
	long found = select_all(&sets, count, true);
	return more < 0 ? more : found;
}
