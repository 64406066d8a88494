/* Signals that are kept back, and waiting for them. */

#include "signals.h"
#include "sys_calls.h"

enum how { HOW_BLOCK, HOW_UNBLOCK, HOW_SET };

/* Where the image has a clock. */
extern __typeof__(sys_clock_nanosleep) sys_clock_nanosleep __attribute__((weak));

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
	signals_state.mask = *mask & ~SIGNALS_UNMASKABLE;
	bool has_run = signals_deliver();
	signals_state.mask = before;
	if (!has_run)
		signals_deadlock();
	return -SYS_EINTR;
}

long sys_rt_sigtimedwait(const uint64_t *set, void *info, const struct sys_timespec *limit, size_t size)
{
	if (size != sizeof(uint64_t))
		return -SYS_EINVAL;
	uint64_t due = signals_state.pending & *set;
	if (due == 0) {
		if (!limit)
			signals_deadlock();
		long error = sys_clock_nanosleep ? sys_clock_nanosleep(SYS_CLOCK_MONOTONIC, 0, limit, NULL) : 0;
		return error < 0 ? error : -SYS_EAGAIN;
	}
	int number = __builtin_ctzl(due) + 1;
	if (info)
		*(struct signal_info *)info = signals_info_of(number);
	signals_forget(number);
	return number;
}
