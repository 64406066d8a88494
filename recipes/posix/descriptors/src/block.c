/* Waiting within an operation of an object, which is kept meanwhile. */

#include "descriptor.h"
#include "sys_calls.h"

/* Of the recipe that provides `wait`, if anything that could end a wait is in the image. */
extern __typeof__(wait_on) wait_on __attribute__((weak));

long descriptor_wait(struct descriptor_object *object, struct wait_queue *queue, uint64_t deadline)
{
	enum wait_result result;

	if (object->flags & SYS_O_NONBLOCK)
		return -SYS_EAGAIN;
	if (!wait_on)
		return -SYS_EDEADLK;
	object->references++;
	result = wait_on(queue, deadline);
	if (object->references == 1) {
		descriptor_release(object);
		return -SYS_EBADF;
	}
	object->references--;
	if (result == WAIT_DEADLOCK)
		return -SYS_EDEADLK;
	return result == WAIT_TIMED_OUT ? -SYS_EAGAIN : 0;
}
