/* Sleeping: ISO C11, section 7.26.5.7. Nothing cuts it short. */

#include <threads.h>

#include "sys_calls.h"

int thrd_sleep(const struct timespec *length, struct timespec *rest)
{
	enum { REFUSED = -2 };

	return sys_nanosleep((const struct sys_timespec *)length, (struct sys_timespec *)rest) ? REFUSED : 0;
}
