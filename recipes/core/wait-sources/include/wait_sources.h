#ifndef WAIT_SOURCES_H
#define WAIT_SOURCES_H

/* Sources of events (wait.h), as both providers of `wait` look at them. Context of all: thread. */

#include "wait.h"

/* All that were added, the last one first. */
extern struct wait_source *wait_sources;

/* Look at each. Whether any had something. */
bool wait_sources_poll(void);

/* Halt until `deadline`, or until one of them wants to be looked at. */
void wait_sources_halt(uint64_t deadline);

#endif
