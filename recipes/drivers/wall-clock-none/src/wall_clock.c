/* Xen has the time in a page that it shares with a domain, which nobody maps yet. */

#include "wall_clock.h"

uint64_t wall_clock_read(void)
{
	return 0;
}
