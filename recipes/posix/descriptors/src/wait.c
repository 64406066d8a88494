/*
 * Waiting for objects. With one thread nothing becomes ready while the program waits, but for the console's input, of
 * which nobody can say whether there is any: it counts as ready, and reading it may then wait. So a wait with a
 * limit sleeps until the limit, if the image has a clock, and a wait without one would never end: EDEADLK.
 */

#include "console.h"
#include "descriptor.h"
#include "sys_calls.h"

enum { NOT_OPEN = 0x20, BITS_PER_WORD = 64 };

/* Of posix/time, if it is in the image. */
__attribute__((weak)) long sys_clock_nanosleep(int clock, int flags, const struct sys_timespec *time,
					       struct sys_timespec *rest);

/* What of `events` is so now, and what is told unasked. */
static unsigned ready(int descriptor, unsigned events)
{
	struct descriptor_object *object = descriptor_object(descriptor);
	unsigned now = DESCRIPTOR_READABLE | DESCRIPTOR_WRITABLE;

	if (!object)
		return NOT_OPEN;
	if (object->operations && object->operations->ready)
		now = object->operations->ready(object);
	return now & (events | DESCRIPTOR_BROKEN | DESCRIPTOR_ENDED);
}

static bool is_legal(const struct sys_timespec *limit)
{
	return !limit || (limit->seconds >= 0 && (uint64_t)limit->nanoseconds < 1000000000);
}

/* Nothing is ready: let the limit pass. */
static long wait(const struct sys_timespec *limit, const char *call, size_t length)
{
	if (!limit) {
		console_write(call, length);
		return -SYS_EDEADLK;
	}
	if ((limit->seconds || limit->nanoseconds) && sys_clock_nanosleep)
		return sys_clock_nanosleep(SYS_CLOCK_MONOTONIC, 0, limit, NULL);
	return 0;
}

long sys_ppoll(struct sys_pollfd *set, size_t count, const struct sys_timespec *limit, const void *mask, size_t size)
{
	static const char endless[] = "deadlock: poll waits for what nobody can do\n";
	long found = 0;

	(void)mask;
	(void)size;
	if (count > descriptor_most || !is_legal(limit))
		return -SYS_EINVAL;
	for (size_t place = 0; place < count; place++) {
		set[place].returned = 0;
		if (set[place].descriptor < 0)
			continue;
		set[place].returned = (int16_t)ready(set[place].descriptor, (uint16_t)set[place].events);
		found += set[place].returned != 0;
	}
	return found ? found : wait(limit, endless, sizeof(endless) - 1);
}

static bool has(const uint64_t *set, int descriptor)
{
	return set && set[descriptor / BITS_PER_WORD] >> descriptor % BITS_PER_WORD & 1;
}

/* Leave only the members of `set` that are ready; how many there are. */
static long keep_ready(uint64_t *set, int count, unsigned events)
{
	long found = 0;

	for (int descriptor = 0; set && descriptor < count; descriptor++) {
		if (!has(set, descriptor))
			continue;
		if (ready(descriptor, events) & events)
			found++;
		else
			set[descriptor / BITS_PER_WORD] &= ~(UINT64_C(1) << descriptor % BITS_PER_WORD);
	}
	return found;
}

long sys_pselect6(int count, void *read, void *write, void *except, const struct sys_timespec *limit, const void *mask)
{
	static const char endless[] = "deadlock: select waits for what nobody can do\n";
	long found;

	(void)mask;
	if (count < 0 || !is_legal(limit))
		return -SYS_EINVAL;
	for (int descriptor = 0; descriptor < count; descriptor++)
		if ((has(read, descriptor) || has(write, descriptor) || has(except, descriptor)) &&
		    !descriptor_object(descriptor))
			return -SYS_EBADF;
	found = keep_ready(read, count, DESCRIPTOR_READABLE | DESCRIPTOR_ENDED);
	found += keep_ready(write, count, DESCRIPTOR_WRITABLE | DESCRIPTOR_BROKEN);
	found += keep_ready(except, count, 0);
	return found ? found : wait(limit, endless, sizeof(endless) - 1);
}
