/* A process waits in its kernel. */

#include "idle.h"

#include <stddef.h>

#include "clock.h"
#include "linux_call.h"
#include "watched.h"

#define SECOND UINT64_C(1000000000)

struct idle_watched idle_watched[IDLE_WATCHED_MOST];
unsigned idle_watched_count;

void idle_until(uint64_t deadline)
{
	uint64_t now = clock_monotonic(), length = deadline > now ? deadline - now : 0;
	uint64_t limit[2] = {length / SECOND, length % SECOND};
	linux_call_6(LINUX_PPOLL, (long)idle_watched, idle_watched_count, deadline == UINT64_MAX ? 0 : (long)limit, 0, 0, 0);
}
