/* Time by the time-stamp counter, which hypervisors keep steady. */

#include "clock.h"

#include "rate.h"

static uint64_t start, rate;

/* The composer calls this before main; no header of ours needs it. */
void clock_kvm_x86_64_start(void)
{
	rate = clock_rate();
	start = clock_ticks();
}

uint64_t clock_monotonic(void)
{
	return (uint64_t)((unsigned __int128)(clock_ticks() - start) * rate >> 32);
}
