#ifndef TIMING_H
#define TIMING_H

#include <stdint.h>

/* Nanoseconds of the monotonic clock. */
uint64_t now(void);

/*
 * Print `name` and the picoseconds that one turn of `work` takes. `work` does as many turns as it is told. Of many short
 * batches the quickest counts: the others were interrupted, by this machine or by the one under it.
 */
void measure(const char *name, void (*work)(unsigned long turns));

#endif
