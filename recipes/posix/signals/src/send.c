/* Sending signals: to the only process and its only thread, number 1. */

#include "signals.h"
#include "sys_calls.h"

enum { ITSELF = 1, ALL = -1 };

/* Where a signal is to wait; a null pointer: one more of that number makes no difference, or has no room. */
static struct signal_sent *place_of(int number)
{
	if (!(signals_state.pending & signal_bit(number)))
		return &signals_state.sent[number - 1];
	if (number < SIGNAL_REAL_TIME || signals_state.queued == SIGNALS_QUEUED)
		return NULL;
	return &signals_state.queue[signals_state.queued++];
}

extern __typeof__(wait_wake) wait_wake __attribute__((weak)); /* who waits has called it into the image */

static long send(int number, int32_t code, uintptr_t value)
{
	if (number < 0 || number > SIGNALS)
		return -SYS_EINVAL;
	if (number == 0)
		return 0; /* only asks whether there is such a process */
	struct signal_sent *place = place_of(number);
	if (!place)
		return number < SIGNAL_REAL_TIME || code == CODE_USER ? 0 : -SYS_EAGAIN; /* kill never tells, as on Linux */
	*place = (struct signal_sent){number, code, value};
	signals_state.pending |= signal_bit(number);
	signals_deliver();
	if (signals_state.waiters.first)
		wait_wake(&signals_state.waiters, UINT32_MAX);
	return 0;
}

/* 0 stands for the group of the caller; -1 for all processes, and for the group 1, which the caller leads. */
long sys_kill(int process, int number)
{
	return process == 0 || process == ITSELF || process == ALL ? send(number, CODE_USER, 0) : -SYS_ESRCH;
}

long sys_tkill(int thread, int number)
{
	return thread == ITSELF ? send(number, CODE_THREAD, 0) : -SYS_ESRCH;
}

long sys_tgkill(int process, int thread, int number)
{
	return process == ITSELF && thread == ITSELF ? send(number, CODE_THREAD, 0) : -SYS_ESRCH;
}

long sys_rt_sigqueueinfo(int process, int number, void *info)
{
	const struct signal_info *told = info;
	return process == ITSELF ? send(number, told->code, told->value) : -SYS_ESRCH;
}
