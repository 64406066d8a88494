#ifndef TIMING_H
#define TIMING_H

#include <stdint.h>

/* Nanoseconds of the monotonic clock. */
uint64_t now(void);

/*
 * Print `name` and the picoseconds that one turn of `work` takes: the time of so many turns that they take a quarter of a
 * second. `work` does as many turns as it is told.
 */
void measure(const char *name, void (*work)(unsigned long turns));

#endif
