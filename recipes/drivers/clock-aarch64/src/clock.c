/* The virtual count of the generic timer (Arm ARM DDI 0487, "The Generic Timer in AArch64 state"). */

#include "clock.h"

#include <stddef.h>

#include "report.h"

#define SECOND UINT64_C(1000000000)

enum { FREQUENCY_OF_QEMU = 62500000 };

static uint64_t start;
static uint64_t rate; /* nanoseconds of a tick, with 32 bits behind the binary point */

/* Not before what stands before it in the program. */
static uint64_t ticks(void)
{
	uint64_t count;
	__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(count) : : "memory");
	return count;
}

/* The composer calls this before main; no header of ours needs it. */
void clock_aarch64_start(void)
{
	uint64_t frequency;
	__asm__("mrs %0, cntfrq_el0" : "=r"(frequency));
	if (frequency == 0) { /* firmware should have set it */
		report("clock: its frequency is not known, so seconds may be of any length\n", NULL);
		frequency = FREQUENCY_OF_QEMU;
	}
	rate = (SECOND << 32) / frequency;
	start = ticks();
}

uint64_t clock_monotonic(void)
{
	return (uint64_t)((unsigned __int128)(ticks() - start) * rate >> 32);
}
