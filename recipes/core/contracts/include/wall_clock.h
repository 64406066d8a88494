#ifndef WALL_CLOCK_H
#define WALL_CLOCK_H

#include <stdint.h>

/*
 * The capability `wall-clock`: nanoseconds since 1970 began in UTC, as the hypervisor or a clock with a battery says; 0: nobody knows.
 * It may count whole seconds only, and may take milliseconds to read. Context: thread.
 */
uint64_t wall_clock_read(void);

#endif
