/* From the clock that counts to the one that people read. The latter is slow to read, so it is read once. */

#include <stddef.h>

#include "clock.h"
#include "posix_time.h"
#include "report.h"
#include "wall_clock.h"

static int64_t known_offset;
static bool is_known;

void time_set_offset(int64_t offset)
{
	known_offset = offset;
	is_known = true;
}

int64_t time_offset(void)
{
	if (!is_known) {
		uint64_t now = wall_clock_read();
		if (now == 0)
			report("clock: nobody knows the time, so it begins in 1970\n", NULL);
		time_set_offset(now == 0 ? 0 : (int64_t)(now - clock_monotonic()));
	}
	return known_offset;
}
