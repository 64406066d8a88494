#ifndef TIMERS_H
#define TIMERS_H

#include <stdint.h>

/* The stack's timers (timers.c). Context of both: thread. */

/* Call those whose time has come. */
void timers_run(void);

/* When the next one's time comes, by clock_monotonic. */
uint64_t timers_next(void);

#endif
