#ifndef OTHER_END_H
#define OTHER_END_H

#include "descriptor.h"

/* Wait in `queue` for what another thread does at the other end; results as of descriptor_wait. */
static inline long other_end_wait(struct descriptor_object *object, struct wait_queue *queue)
{
	return descriptor_wait(object, queue, WAIT_FOREVER);
}

/* Let those at the other end look again. */
static inline void other_end_wake(struct wait_queue *queue)
{
	descriptor_wake(queue);
}

#endif
