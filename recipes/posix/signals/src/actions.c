/* What is to be done on a signal, and on which stack. */

#include "signals.h"
#include "sys_calls.h"

enum { HANDLER_IGNORE = 1 };

enum stack_flag { STACK_IN_USE = 1, STACK_DISABLED = 2 };

enum { STACK_LEAST = 2048 }; /* bytes, MINSIGSTKSZ of x86_64; handlers are called, so that nothing else needs room */

long sys_rt_sigaction(int number, const struct sys_sigaction *action, struct sys_sigaction *old, size_t size)
{
	if (number < 1 || number > SIGNALS || size != sizeof(uint64_t))
		return -SYS_EINVAL;
	if (action && signal_bit(number) & SIGNALS_UNMASKABLE)
		return -SYS_EINVAL;
	struct sys_sigaction *known = &signals_state.actions[number - 1], before = *known;
	if (action) {
		*known = *action;
		while ((uintptr_t)action->handler == HANDLER_IGNORE && signals_state.pending & signal_bit(number))
			signals_forget(number);
	}
	if (old)
		*old = before;
	return 0;
}

long sys_sigaltstack(const struct sys_stack *stack, struct sys_stack *old)
{
	bool is_in_use = signals_is_on_stack();
	struct sys_stack before = signals_stack;
	if (stack) {
		if (is_in_use)
			return -SYS_EPERM;
		if (stack->flags & ~(STACK_IN_USE | STACK_DISABLED))
			return -SYS_EINVAL;
		if (!(stack->flags & STACK_DISABLED) && stack->size < STACK_LEAST)
			return -SYS_ENOMEM;
		signals_stack = stack->flags & STACK_DISABLED ? (struct sys_stack){.flags = STACK_DISABLED} : *stack;
		signals_stack.flags &= STACK_DISABLED;
	}
	if (old) {
		*old = before;
		old->flags |= is_in_use ? STACK_IN_USE : 0;
	}
	return 0;
}
