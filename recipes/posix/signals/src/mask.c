/* Signals that are kept back. */

#include "signals.h"
#include "sys_calls.h"

enum how { HOW_BLOCK, HOW_UNBLOCK, HOW_SET };

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
