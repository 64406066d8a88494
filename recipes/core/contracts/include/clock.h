#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/*
 * The capability `clock`: time that passes. Context: thread, and init calls behind level `early`.
 */

/* Nanoseconds since the guest's start, or near it; never less than the last time. */
uint64_t clock_monotonic(void);

#endif
