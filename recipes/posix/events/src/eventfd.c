/* eventfd: a counter that can be waited for. */

#include "cells.h"
#include "console.h"
#include "descriptor.h"
#include "sys_calls.h"

#define MOST (UINT64_MAX - 1)

struct counter {
	struct descriptor_object object; /* the first */
	uint64_t value;
	bool counts_down; /* one at a time, and not all at once */
	struct wait_queue readers, writers;
};

static long wait(struct counter *counter, struct wait_queue *queue)
{
	static const char words[] = "deadlock: a counter waits for what nobody can do\n";
	long error = descriptor_wait(&counter->object, queue, WAIT_FOREVER);

	if (error == -SYS_EDEADLK)
		console_write(words, sizeof(words) - 1);
	return error;
}

static long counter_read(struct descriptor_object *object, void *bytes, size_t size, int64_t *position)
{
	struct counter *counter = (struct counter *)object;
	uint64_t taken;

	(void)position;
	if (size < sizeof(taken))
		return -SYS_EINVAL;
	while (!counter->value) {
		long error = wait(counter, &counter->readers);

		if (error)
			return error;
	}
	taken = counter->counts_down ? 1 : counter->value;
	counter->value -= taken;
	__builtin_memcpy(bytes, &taken, sizeof(taken));
	descriptor_wake(&counter->writers);
	descriptor_changed(object);
	return sizeof(taken);
}

static long counter_write(struct descriptor_object *object, const void *bytes, size_t size, int64_t *position)
{
	struct counter *counter = (struct counter *)object;
	uint64_t given;

	(void)position;
	if (size < sizeof(given))
		return -SYS_EINVAL;
	__builtin_memcpy(&given, bytes, sizeof(given));
	if (given > MOST)
		return -SYS_EINVAL;
	while (given > MOST - counter->value) {
		long error = wait(counter, &counter->writers);

		if (error)
			return error;
	}
	counter->value += given;
	descriptor_wake(&counter->readers);
	descriptor_changed(object);
	return sizeof(given);
}

static unsigned counter_ready(struct descriptor_object *object)
{
	const struct counter *counter = (struct counter *)object;

	return (counter->value ? DESCRIPTOR_READABLE : 0) | (counter->value < MOST ? DESCRIPTOR_WRITABLE : 0);
}

static void counter_status(struct descriptor_object *object, struct sys_stat *status)
{
	(void)object;
	status->mode = 0600;
}

static void counter_release(struct descriptor_object *object)
{
	cells_give(object, sizeof(struct counter));
}

static const struct descriptor_operations counter_operations = {
	.read = counter_read,
	.write = counter_write,
	.status = counter_status,
	.ready = counter_ready,
	.release = counter_release,
};

long sys_eventfd2(unsigned start, int flags)
{
	struct counter *counter;
	long descriptor;

	if (flags & ~(SYS_EFD_SEMAPHORE | SYS_O_NONBLOCK | SYS_O_CLOEXEC))
		return -SYS_EINVAL;
	counter = cells_take(sizeof(*counter));
	if (!counter)
		return -SYS_ENOMEM;
	*counter = (struct counter){
		.object = {.operations = &counter_operations, .flags = SYS_O_RDWR | ((uint32_t)flags & SYS_O_NONBLOCK), .references = 1},
		.value = start,
		.counts_down = flags & SYS_EFD_SEMAPHORE,
	};
	descriptor = descriptor_install(&counter->object, 0, flags & SYS_O_CLOEXEC);
	if (descriptor < 0)
		descriptor_release(&counter->object);
	return descriptor;
}
