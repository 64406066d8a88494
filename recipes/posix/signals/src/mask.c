/* Signals that are kept back, and waiting for them. */

#include "clock.h"
#include "machine.h"
#include "report.h"
#include "signals.h"
#include "sys_calls.h"

enum how { HOW_BLOCK, HOW_UNBLOCK, HOW_SET };

/* Where anything else can happen while the caller waits. */
extern __typeof__(wait_on) wait_on __attribute__((weak));
extern __typeof__(clock_monotonic) clock_monotonic __attribute__((weak));

#define SECOND UINT64_C(1000000000)

bool signals_wait(uint64_t deadline)
{
	enum wait_result result = deadline == WAIT_FOREVER ? WAIT_DEADLOCK : WAIT_TIMED_OUT;
	if (wait_on)
		result = wait_on(&signals_state.waiters, deadline);
	if (result == WAIT_DEADLOCK) {
		report("signal: deadlock, nobody can send the one that is waited for\n", NULL);
		machine_end(ENDING_ABORT, 0);
	}
	return result == WAIT_WOKEN;
}

long sys_rt_sigprocmask(int how, const uint64_t *set, uint64_t *old, size_t size)
{
	uint64_t before = signals_state.mask, wanted = set ? *set & ~SIGNALS_UNMASKABLE : 0;
	if (size != sizeof(uint64_t) || (set && (how < HOW_BLOCK || how > HOW_SET)))
		return -SYS_EINVAL;
	if (old)
		*old = before;
	if (!set)
		return 0;
	signals_state.mask = how == HOW_BLOCK ? before | wanted : how == HOW_UNBLOCK ? before & ~wanted : wanted;
	signals_deliver();
	return 0;
}

long sys_rt_sigpending(uint64_t *set, size_t size)
{
	if (size > sizeof(uint64_t))
		return -SYS_EINVAL;
	*set = signals_state.pending & signals_state.mask;
	return 0;
}

long sys_rt_sigsuspend(const uint64_t *mask, size_t size)
{
	uint64_t before = signals_state.mask;
	if (size != sizeof(uint64_t))
		return -SYS_EINVAL;
	uint64_t handled = signals_state.handled;
	signals_state.mask = *mask & ~SIGNALS_UNMASKABLE;
	signals_deliver();
	while (signals_state.handled == handled) /* another thread's signal calls the handler there */
		signals_wait(WAIT_FOREVER);
	signals_state.mask = before;
	return -SYS_EINTR;
}

/* When the clock will be `limit` further. */
static uint64_t deadline_of(const struct sys_timespec *limit)
{
	uint64_t length, now = clock_monotonic ? clock_monotonic() : 0;
	if (!limit)
		return WAIT_FOREVER;
	if (__builtin_mul_overflow((uint64_t)limit->seconds, SECOND, &length) ||
	    __builtin_add_overflow(length, (uint64_t)limit->nanoseconds, &length) || __builtin_add_overflow(length, now, &length))
		return WAIT_FOREVER - 1;
	return length;
}

long sys_rt_sigtimedwait(const uint64_t *set, void *info, const struct sys_timespec *limit, size_t size)
{
	if (size != sizeof(uint64_t))
		return -SYS_EINVAL;
	uint64_t due, deadline = deadline_of(limit);
	while ((due = signals_state.pending & *set) == 0) {
		if (limit && (limit->seconds < 0 || (uint64_t)limit->nanoseconds >= SECOND))
			return -SYS_EINVAL;
		if (!signals_wait(deadline))
			return -SYS_EAGAIN;
	}
	int number = __builtin_ctzl(due) + 1;
	if (info)
		*(struct signal_info *)info = signals_info_of(number);
	signals_forget(number);
	return number;
}
