/* The time that the program has used: all that has passed, for it has the processor to itself. */

#include "clock.h"
#include "posix_time.h"
#include "sys_calls.h"

enum { TICKS_OF_SECOND = 100, ITSELF = 0, THREAD = 1, CHILDREN = -1 };

long sys_times(struct sys_tms *times)
{
	int64_t ticks = (int64_t)(clock_monotonic() / (TIME_SECOND / TICKS_OF_SECOND));
	if (times)
		*times = (struct sys_tms){.user = ticks};
	return ticks;
}

long sys_getrusage(int who, struct sys_rusage *usage)
{
	if (who != ITSELF && who != THREAD && who != CHILDREN)
		return -SYS_EINVAL;
	uint64_t used = who == CHILDREN ? 0 : clock_monotonic();
	*usage = (struct sys_rusage){.user = {(int64_t)(used / TIME_SECOND), (int64_t)(used % TIME_SECOND / 1000)}};
	return 0;
}
