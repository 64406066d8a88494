/* Moments of the time of day, as a deadline. */

#include <time.h>

#include "clock.h"
#include "sys_calls.h"
#include "waiting.h"

#define SECOND INT64_C(1000000000)

uint64_t nolibc_thread_deadline(const struct timespec *moment)
{
	struct sys_timespec now;
	int64_t left;

	sys_clock_gettime(SYS_CLOCK_REALTIME, &now);
	left = moment->tv_sec - now.seconds;
	if (left > INT64_MAX / SECOND - 1)
		return WAIT_FOREVER - 1;
	left = left < -1 ? 0 : left * SECOND + moment->tv_nsec - now.nanoseconds;
	return clock_monotonic() + (left > 0 ? (uint64_t)left : 0);
}
