#ifndef OTHER_END_H
#define OTHER_END_H

#include "descriptor.h"
#include "sys_errors.h"

/* There is one thread: whoever has the other end does nothing while this one waits. */

static inline long other_end_wait(struct descriptor_object *object, struct wait_queue *queue)
{
	(void)queue;
	return object->flags & SYS_O_NONBLOCK ? -SYS_EAGAIN : -SYS_EDEADLK;
}

static inline void other_end_wake(struct wait_queue *queue)
{
	(void)queue;
}

#endif
