/* Sleeping: others may run meanwhile, but nobody can cut it short. */

#include "clock.h"
#include "sys_calls.h"
#include "time.h"
#include "wait.h"

enum { ABSOLUTE = 1 };

static void wait_until(uint64_t time)
{
	struct wait_queue nobody = {NULL, NULL};
	wait_on(&nobody, time < WAIT_FOREVER ? time : WAIT_FOREVER - 1);
}

/* Wait until the monotonic clock is `length` further. */
static void wait_for(uint64_t length)
{
	uint64_t now = clock_monotonic();
	wait_until(length < UINT64_MAX - now ? now + length : UINT64_MAX);
}

long sys_nanosleep(const struct sys_timespec *time, struct sys_timespec *rest)
{
	(void)rest;
	if (!time_is_legal(time))
		return -SYS_EINVAL;
	wait_for(time_nanoseconds(time));
	return 0;
}

long sys_clock_nanosleep(int clock, int flags, const struct sys_timespec *time, struct sys_timespec *rest)
{
	enum time_clock kind = time_clock_of(clock);
	(void)rest;
	if (kind == TIME_UNKNOWN || !time_is_legal(time) || flags & ~ABSOLUTE)
		return -SYS_EINVAL;
	uint64_t length = time_nanoseconds(time);
	if (!(flags & ABSOLUTE)) {
		wait_for(length);
		return 0;
	}
	int64_t offset = kind == TIME_REAL ? time_offset() : 0;
	if (offset < 0 || length > (uint64_t)offset)
		wait_until(length - (uint64_t)offset);
	return 0;
}
