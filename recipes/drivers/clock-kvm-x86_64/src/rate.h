#ifndef RATE_H
#define RATE_H

#include <stdint.h>

/* The time-stamp counter, not before what stands before it in the program (Intel SDM 2B, "RDTSC"). */
static inline uint64_t clock_ticks(void)
{
	uint32_t low, high;
	__asm__ volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

/* Nanoseconds of a tick, with 32 bits behind the binary point. Takes some milliseconds where nobody tells it. */
uint64_t clock_rate(void);

#endif
