#ifndef IDLE_H
#define IDLE_H

#include <stdint.h>

/*
 * The capability `idle`: to do nothing at no cost.
 *
 * Halt until an enabled interrupt is pending, or clock_monotonic has come to `deadline` (UINT64_MAX: never). It may come
 * back sooner. Context: thread.
 */
void idle_until(uint64_t deadline);

#endif
