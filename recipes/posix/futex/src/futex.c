/* Waiting with a limit. The rest is done where there is none. */

#include "futex.h"
#include "posix_time.h"
#include "sys_calls.h"

/* When the wait is to end: at a moment of a clock, or so much further than now. */
static uint64_t deadline_of(const struct sys_timespec *limit, int operation)
{
	if ((operation & FUTEX_OPERATION) == FUTEX_WAIT)
		return time_after(limit);
	return time_until(operation & FUTEX_REAL_TIME ? TIME_REAL : TIME_MONOTONIC, limit);
}

static long wait(struct futex_waiter *waiter, uint64_t deadline)
{
	futex_append(waiter);
	while (!waiter->is_woken)
		if (wait_on(&waiter->queue, deadline) == WAIT_TIMED_OUT) {
			futex_remove(waiter);
			return -SYS_ETIMEDOUT;
		}
	return 0;
}

long sys_futex(uint32_t *word, int operation, uint32_t value, const struct sys_timespec *limit, uint32_t *other, uint32_t bits)
{
	bool has_bits = (operation & FUTEX_OPERATION) == FUTEX_WAIT_BITS, waits = has_bits || (operation & FUTEX_OPERATION) == FUTEX_WAIT;
	if (!waits || !limit)
		return futex_forever(word, operation, value, limit, other, bits);
	if (!time_is_legal(limit) || (has_bits && bits == 0))
		return -SYS_EINVAL;
	if (*(volatile uint32_t *)word != value)
		return -SYS_EAGAIN;
	return wait(&(struct futex_waiter){.word = word, .bits = has_bits ? bits : UINT32_MAX}, deadline_of(limit, operation));
}
