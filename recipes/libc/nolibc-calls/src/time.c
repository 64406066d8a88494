/* Clocks by their numbers: ISO C11, section 7.27, and POSIX. */

#include <time.h>

#include "calls.h"

_Static_assert(sizeof(struct timespec) == sizeof(struct sys_timespec), "one layout");
_Static_assert(CLOCK_MONOTONIC == SYS_CLOCK_MONOTONIC, "one set of numbers");
_Static_assert(CLOCK_PROCESS_CPUTIME_ID == SYS_CLOCK_PROCESS_CPUTIME, "one set of numbers");

int clock_gettime(clockid_t clock, struct timespec *time)
{
	return (int)calls_result(sys_clock_gettime(clock, (struct sys_timespec *)time));
}

int clock_getres(clockid_t clock, struct timespec *resolution)
{
	return (int)calls_result(sys_clock_getres(clock, (struct sys_timespec *)resolution));
}

int clock_settime(clockid_t clock, const struct timespec *time)
{
	return (int)calls_result(sys_clock_settime(clock, (const struct sys_timespec *)time));
}

int timespec_get(struct timespec *time, int base)
{
	return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, time) == 0 ? base : 0;
}

time_t time(time_t *now)
{
	struct timespec time;

	if (clock_gettime(CLOCK_REALTIME, &time))
		time.tv_sec = -1;
	if (now)
		*now = time.tv_sec;
	return time.tv_sec;
}

clock_t clock(void)
{
	enum { NANOSECONDS = 1000 }; /* of a clock's tick */
	struct timespec time;

	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time))
		return -1;
	return time.tv_sec * CLOCKS_PER_SEC + time.tv_nsec / NANOSECONDS;
}
