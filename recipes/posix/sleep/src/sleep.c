/* Sleeping: others may run meanwhile, but nobody can cut it short. */

#include "posix_time.h"
#include "sys_calls.h"
#include "wait.h"

enum { ABSOLUTE = 1 };

static long wait_until(uint64_t deadline)
{
	struct wait_queue nobody = {NULL, NULL};
	wait_on(&nobody, deadline);
	return 0;
}

long sys_nanosleep(const struct sys_timespec *time, struct sys_timespec *rest)
{
	(void)rest;
	return time_is_legal(time) ? wait_until(time_after(time)) : -SYS_EINVAL;
}

long sys_clock_nanosleep(int clock, int flags, const struct sys_timespec *time, struct sys_timespec *rest)
{
	enum time_clock kind = time_clock_of(clock);
	(void)rest;
	if (kind == TIME_UNKNOWN || !time_is_legal(time) || flags & ~ABSOLUTE)
		return -SYS_EINVAL;
	return wait_until(flags & ABSOLUTE ? time_until(kind, time) : time_after(time));
}
