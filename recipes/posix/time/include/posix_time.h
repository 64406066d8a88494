#ifndef POSIX_TIME_H
#define POSIX_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "sys_types.h"

/* The capability `posix.time`, for who waits by its clocks. Context of all: thread. */

#define TIME_SECOND UINT64_C(1000000000) /* in nanoseconds */

/*
 * Whole seconds. Where compilers optimise for size they divide, which takes as long as reading the clock; this is a multiplication
 * by 2^75 / 5^9, rounded up, of what is left behind a shift by 9 (a second has 2^9 times 5^9 nanoseconds). It is exact for all numbers.
 */
static inline uint64_t time_seconds(uint64_t nanoseconds)
{
	return (uint64_t)((unsigned __int128)(nanoseconds >> 9) * UINT64_C(0x44b82fa09b5a53) >> 75);
}

/* What a clock number means: each shows the monotonic clock, one with the offset of the wall clock. */
enum time_clock { TIME_UNKNOWN, TIME_MONOTONIC, TIME_REAL };
enum time_clock time_clock_of(int clock);

/* Nanoseconds from the monotonic clock's beginning to the wall clock's, negated: what to add for the latter. */
int64_t time_offset(void);
void time_set_offset(int64_t offset);

/* Legal lengths and moments as deadlines: when `length` will have passed from now on, and when a clock shows `moment`. Never WAIT_FOREVER. */
uint64_t time_after(const struct sys_timespec *length);
uint64_t time_until(enum time_clock clock, const struct sys_timespec *moment);

/* Whether it is a length or moment that can be. */
static inline bool time_is_legal(const struct sys_timespec *time)
{
	return time->seconds >= 0 && time->nanoseconds >= 0 && time->nanoseconds < (int64_t)TIME_SECOND;
}

/* Nanoseconds of it; the most that there can be if it is more (some 584 years). */
static inline uint64_t time_nanoseconds(const struct sys_timespec *time)
{
	uint64_t seconds = (uint64_t)time->seconds, most = UINT64_MAX / TIME_SECOND - 1;
	return (seconds < most ? seconds : most) * TIME_SECOND + (uint64_t)time->nanoseconds;
}

#endif
