/* Times and waiting. */

#include <errno.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#include "calls.h"

enum { HUNDREDTHS = 100, MICROSECONDS = 1000000, NANOSECONDS_OF_ONE = 1000 };

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	struct sys_timeval found;
	int result = (int)calls_result(sys_gettimeofday(&found, zone));

	if (result == 0 && now) {
		now->tv_sec = found.seconds;
		now->tv_usec = found.microseconds;
	}
	return result;
}

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
	struct sys_timespec found;
	int result = (int)calls_result(sys_clock_gettime(clock_number(clock), &found));

	if (result == 0)
		*time = (struct timespec){.tv_sec = found.seconds, .tv_nsec = found.nanoseconds};
	return result;
}

int clock_getres(clockid_t clock, struct timespec *resolution)
{
	struct sys_timespec found;
	int result = (int)calls_result(sys_clock_getres(clock_number(clock), &found));

	if (result == 0 && resolution)
		*resolution = (struct timespec){.tv_sec = found.seconds, .tv_nsec = found.nanoseconds};
	return result;
}

int nanosleep(const struct timespec *time, struct timespec *rest)
{
	struct sys_timespec wanted = {.seconds = time->tv_sec, .nanoseconds = time->tv_nsec}, left = {0};
	int result = (int)calls_result(sys_nanosleep(&wanted, &left));

	if (result < 0 && rest)
		*rest = (struct timespec){.tv_sec = left.seconds, .tv_nsec = left.nanoseconds};
	return result;
}

unsigned sleep(unsigned seconds)
{
	struct timespec rest = {.tv_sec = seconds};

	return nanosleep(&rest, &rest) < 0 ? (unsigned)rest.tv_sec : 0;
}

int usleep(useconds_t microseconds)
{
	struct timespec time = {
		.tv_sec = microseconds / MICROSECONDS,
		.tv_nsec = microseconds % MICROSECONDS * NANOSECONDS_OF_ONE,
	};

	return nanosleep(&time, NULL);
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
