/* Reading and setting clocks. */

#include "clock.h"
#include "posix_time.h"
#include "sys_calls.h"

/* More of Linux's numbers. */
enum { MONOTONIC_RAW = 4, REALTIME_COARSE = 5, MONOTONIC_COARSE = 6, BOOT_TIME = 7, TAI = 11 };

/* A negative number is the processor time of a process or thread in its upper bits: ours, for there is no other. */
enum time_clock time_clock_of(int clock)
{
	switch (clock) {
	case SYS_CLOCK_REALTIME:
	case REALTIME_COARSE:
	case TAI:
		return TIME_REAL;
	case SYS_CLOCK_MONOTONIC:
	case SYS_CLOCK_PROCESS_CPUTIME:
	case SYS_CLOCK_THREAD_CPUTIME:
	case MONOTONIC_RAW:
	case MONOTONIC_COARSE:
	case BOOT_TIME:
		return TIME_MONOTONIC;
	default:
		return clock < 0 && (clock & 3) == SYS_CLOCK_PROCESS_CPUTIME ? TIME_MONOTONIC : TIME_UNKNOWN;
	}
}

long sys_clock_gettime(int clock, struct sys_timespec *time)
{
	enum time_clock kind = clock == SYS_CLOCK_MONOTONIC ? TIME_MONOTONIC : time_clock_of(clock); /* most ask for it */
	if (kind == TIME_UNKNOWN)
		return -SYS_EINVAL;
	uint64_t now = kind == TIME_REAL ? (uint64_t)time_offset() : 0;
	now += clock_monotonic();
	uint64_t seconds = time_seconds(now);
	*time = (struct sys_timespec){(int64_t)seconds, (int64_t)(now - seconds * TIME_SECOND)};
	return 0;
}

long sys_clock_getres(int clock, struct sys_timespec *resolution)
{
	if (time_clock_of(clock) == TIME_UNKNOWN)
		return -SYS_EINVAL;
	if (resolution)
		*resolution = (struct sys_timespec){0, 1};
	return 0;
}

long sys_clock_settime(int clock, const struct sys_timespec *time)
{
	if (clock != SYS_CLOCK_REALTIME || !time_is_legal(time))
		return -SYS_EINVAL;
	time_set_offset((int64_t)(time_nanoseconds(time) - clock_monotonic()));
	return 0;
}

long sys_gettimeofday(struct sys_timeval *time, void *zone)
{
	(void)zone; /* obsolete in Linux too */
	uint64_t now = (uint64_t)time_offset();
	now += clock_monotonic();
	uint64_t seconds = time_seconds(now);
	if (time)
		*time = (struct sys_timeval){(int64_t)seconds, (int64_t)((uint32_t)(now - seconds * TIME_SECOND) / 1000)};
	return 0;
}
