/* Which operation it is. How one waits and wakes depends on whether there are several threads. */

#include "futex.h"
#include "machine.h"
#include "queue.h"
#include "report.h"
#include "sys_calls.h"

static long wait(const uint32_t *word, uint32_t value, uint32_t bits)
{
	if (bits == 0)
		return -SYS_EINVAL;
	if (*(const volatile uint32_t *)word != value)
		return -SYS_EAGAIN;
	if (futex_wait(word, bits))
		return 0;
	report("futex: deadlock, nobody can wake who waits at " REPORT_HEX "\n", (uint64_t[]){(uintptr_t)word});
	machine_end(ENDING_ABORT, 0);
}

long futex_forever(uint32_t *word, int operation, uint32_t value, const struct sys_timespec *limit, uint32_t *other, uint32_t bits)
{
	const uint32_t more = (uint32_t)(uintptr_t)limit;
	switch (operation & FUTEX_OPERATION) {
	case FUTEX_WAIT:
		return wait(word, value, UINT32_MAX);
	case FUTEX_WAIT_BITS:
		return wait(word, value, bits);
	case FUTEX_WAKE:
		return futex_wake(word, value, UINT32_MAX, 0, NULL);
	case FUTEX_WAKE_BITS:
		return bits ? futex_wake(word, value, bits, 0, NULL) : -SYS_EINVAL;
	case FUTEX_COMPARE_REQUEUE:
		if (*(volatile uint32_t *)word != bits)
			return -SYS_EAGAIN;
		return futex_wake(word, value, UINT32_MAX, more, other);
	case FUTEX_REQUEUE:
		return futex_wake(word, value, UINT32_MAX, more, other);
	default:
		return -SYS_ENOSYS;
	}
}
