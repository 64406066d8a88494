#ifndef TIMERS_H
#define TIMERS_H

#include <stdbool.h>
#include <stdint.h>

/* The stack's timers. Context of both: thread. */

/* Call those whose time has come. */
void timers_run(void);

/* How many milliseconds are left until the next one; UINT32_MAX: there is none. */
uint32_t timers_left(void);

#endif
