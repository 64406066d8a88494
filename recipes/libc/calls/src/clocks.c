/* The time of day; the clocks' numbers are each C library's own. */

#include <stddef.h>
#include <sys/time.h>

#include "calls.h"

_Static_assert(sizeof(struct timeval) == sizeof(struct sys_timeval) &&
		       offsetof(struct timeval, tv_usec) == offsetof(struct sys_timeval, microseconds),
	       "one layout");

int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
	return (int)calls_result(sys_gettimeofday((struct sys_timeval *)time, zone));
}
