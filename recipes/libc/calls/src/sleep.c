/* Sleeping. */

#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "calls.h"

_Static_assert(sizeof(struct timespec) == sizeof(struct sys_timespec) &&
		       offsetof(struct timespec, tv_nsec) == offsetof(struct sys_timespec, nanoseconds),
	       "one layout");

int nanosleep(const struct timespec *time, struct timespec *rest)
{
	return (int)calls_result(sys_nanosleep((const struct sys_timespec *)time, (struct sys_timespec *)rest));
}

unsigned sleep(unsigned seconds)
{
	struct timespec time = {.tv_sec = seconds};

	return nanosleep(&time, &time) ? (unsigned)time.tv_sec : 0;
}

int usleep(useconds_t microseconds)
{
	enum { MILLION = 1000000, THOUSAND = 1000 };
	struct timespec time = {microseconds / MILLION, microseconds % MILLION * THOUSAND};

	return nanosleep(&time, NULL);
}
