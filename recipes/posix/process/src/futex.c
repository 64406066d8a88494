/*
 * Futexes of the only thread. Nobody can wake it: to wait without a limit is a deadlock, which ends the guest with
 * the address of the word, and to wait with one is to sleep.
 */

#include "machine.h"
#include "report.h"
#include "sys_calls.h"

enum operation {
	WAIT = 0,
	WAKE = 1,
	REQUEUE = 3,
	COMPARE_REQUEUE = 4,
	WAIT_BITS = 9,
	WAKE_BITS = 10,
	OPERATION = 0x7f, /* without FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME */
	REAL_TIME = 0x100,
};

enum { ABSOLUTE = 1 };

/* Where the image has a clock. */
extern __typeof__(sys_clock_nanosleep) sys_clock_nanosleep __attribute__((weak));

static long wait(uint32_t *word, int operation, const struct sys_timespec *limit)
{
	if (!limit) {
		report("futex: deadlock, the only thread waits at " REPORT_HEX "\n", (uint64_t[]){(uintptr_t)word});
		machine_end(ENDING_ABORT, 0);
	}
	if (limit->nanoseconds < 0 || limit->nanoseconds >= 1000000000)
		return -SYS_EINVAL;
	int clock = operation & REAL_TIME ? SYS_CLOCK_REALTIME : SYS_CLOCK_MONOTONIC;
	if (sys_clock_nanosleep)
		sys_clock_nanosleep(clock, (operation & OPERATION) == WAIT_BITS ? ABSOLUTE : 0, limit, NULL);
	return -SYS_ETIMEDOUT;
}

long sys_futex(uint32_t *word, int operation, uint32_t value, const struct sys_timespec *limit)
{
	switch (operation & OPERATION) {
	case WAIT:
	case WAIT_BITS:
		return *(volatile uint32_t *)word == value ? wait(word, operation, limit) : -SYS_EAGAIN;
	case WAKE:
	case WAKE_BITS:
	case REQUEUE:
	case COMPARE_REQUEUE:
		return 0; /* nobody waits */
	default:
		return -SYS_ENOSYS;
	}
}
