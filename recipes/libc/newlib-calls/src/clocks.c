/* Clocks by their numbers, and the times of the process. */

#include <sys/times.h>
#include <time.h>

#include "calls.h"

enum { HUNDREDTHS = 100 };

_Static_assert(sizeof(struct timespec) == sizeof(struct sys_timespec) &&
		       offsetof(struct timespec, tv_nsec) == offsetof(struct sys_timespec, nanoseconds),
	       "one layout");

/* The number of a clock, or -1. */
static int clock_number(clockid_t clock)
{
	switch (clock) {
	case CLOCK_REALTIME:
		return SYS_CLOCK_REALTIME;
	case CLOCK_MONOTONIC:
		return SYS_CLOCK_MONOTONIC;
	case CLOCK_PROCESS_CPUTIME_ID:
		return SYS_CLOCK_PROCESS_CPUTIME;
	case CLOCK_THREAD_CPUTIME_ID:
		return SYS_CLOCK_THREAD_CPUTIME;
	default:
		return -1;
	}
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
	return (int)calls_result(sys_clock_gettime(clock_number(clock), (struct sys_timespec *)time));
}

int clock_getres(clockid_t clock, struct timespec *resolution)
{
	return (int)calls_result(sys_clock_getres(clock_number(clock), (struct sys_timespec *)resolution));
}

/* The C library's unit is 1/CLOCKS_PER_SEC s, and its clock() adds these up. */
clock_t times(struct tms *times)
{
	struct sys_tms found;
	long now = calls_result(sys_times(&found));
	const clock_t unit = CLOCKS_PER_SEC / HUNDREDTHS;

	if (now < 0)
		return (clock_t)-1;
	*times = (struct tms){
		.tms_utime = (clock_t)found.user * unit,
		.tms_stime = (clock_t)found.system * unit,
		.tms_cutime = (clock_t)found.children_user * unit,
		.tms_cstime = (clock_t)found.children_system * unit,
	};
	return (clock_t)now * unit;
}
