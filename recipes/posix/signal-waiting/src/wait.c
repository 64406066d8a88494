/* Waiting for signals, which another thread may send. */

#include "machine.h"
#include "posix_time.h"
#include "report.h"
#include "signals.h"
#include "sys_calls.h"

/* Wait for any signal until `deadline`; if nobody can ever send one, say so and end the guest. False: the time has come. */
static bool wait(uint64_t deadline)
{
	enum wait_result result = wait_on(&signals_state.waiters, deadline);
	if (result == WAIT_DEADLOCK) {
		report("signal: deadlock, nobody can send the one that is waited for\n", NULL);
		machine_end(ENDING_ABORT, 0);
	}
	return result == WAIT_WOKEN;
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
		wait(WAIT_FOREVER);
	signals_state.mask = before;
	return -SYS_EINTR;
}

long sys_rt_sigtimedwait(const uint64_t *set, void *info, const struct sys_timespec *limit, size_t size)
{
	if (size != sizeof(uint64_t))
		return -SYS_EINVAL;
	if (limit && !time_is_legal(limit))
		return -SYS_EINVAL;
	uint64_t due, deadline = limit ? time_after(limit) : WAIT_FOREVER;
	while ((due = signals_state.pending & *set) == 0)
		if (!wait(deadline))
			return -SYS_EAGAIN;
	int number = __builtin_ctzl(due) + 1;
	if (info)
		*(struct signal_info *)info = signals_info_of(number);
	signals_forget(number);
	return number;
}
