/* Deadlines, which are moments of the monotonic clock. */

#include "clock.h"
#include "posix_time.h"

#define LAST (UINT64_MAX - 1)

uint64_t time_after(const struct sys_timespec *length)
{
	uint64_t now = clock_monotonic(), nanoseconds = time_nanoseconds(length);
	return nanoseconds < LAST - now ? now + nanoseconds : LAST;
}

uint64_t time_until(enum time_clock clock, const struct sys_timespec *moment)
{
	int64_t offset = clock == TIME_REAL ? time_offset() : 0;
	uint64_t deadline;
	if (__builtin_sub_overflow(time_nanoseconds(moment), offset, &deadline))
		return offset > 0 ? 0 : LAST;
	return deadline < LAST ? deadline : LAST;
}
