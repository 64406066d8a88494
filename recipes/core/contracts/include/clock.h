#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/*
 * The capability `clock`: time that passes. Context of both: thread, and init calls behind level `early`.
 */

/* Nanoseconds since the guest's start, or near it; never less than the last time. */
uint64_t clock_monotonic(void);

/* Wait until clock_monotonic has come to `time`. */
void clock_wait_until(uint64_t time);

#endif
