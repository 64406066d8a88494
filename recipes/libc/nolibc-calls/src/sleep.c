/* Sleeping by a clock of one's choice. */

#include <time.h>

#include "calls.h"

_Static_assert(sizeof(struct timespec) == sizeof(struct sys_timespec), "one layout");
_Static_assert(CLOCK_MONOTONIC == SYS_CLOCK_MONOTONIC, "one set of numbers");

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *rest)
{
	return (int)-sys_clock_nanosleep(clock, flags, (const struct sys_timespec *)time, (struct sys_timespec *)rest);
}
