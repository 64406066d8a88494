/* Signals of the program to itself: ISO C11, section 7.14, and POSIX. */

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stddef.h>

#include "calls.h"

_Static_assert(sizeof(sigset_t) == sizeof(uint64_t), "one layout");

void nolibc_signal_abort(void);

int sigaction(int number, const struct sigaction *restrict action, struct sigaction *restrict old)
{
	struct sys_sigaction wanted, before;

	if (action) {
		wanted = (struct sys_sigaction){
			.handler = action->sa_handler, .flags = (unsigned)action->sa_flags, .mask = action->sa_mask};
	}
	if (calls_result(sys_rt_sigaction(number, action ? &wanted : NULL, &before, sizeof(sigset_t))) < 0)
		return -1;
	if (old)
		*old = (struct sigaction){before.handler, before.mask, (int)before.flags};
	return 0;
}

nolibc_handler signal(int number, nolibc_handler handler)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART}, old;

	return sigaction(number, &action, &old) ? SIG_ERR : old.sa_handler;
}

int kill(pid_t process, int number)
{
	return (int)calls_result(sys_kill(process, number));
}

int raise(int number)
{
	enum { MYSELF = 1 }; /* the only process and its only thread */

	return (int)calls_result(sys_tkill(MYSELF, number));
}

/* What abort does before anything else: a handler of SIGABRT may run, and may jump away. */
void nolibc_signal_abort(void)
{
	struct sys_sigaction now;

	if (sys_rt_sigaction(SIGABRT, NULL, &now, sizeof(sigset_t)) == 0 && now.handler != SIG_DFL && now.handler != SIG_IGN)
		raise(SIGABRT);
}

int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
	return (int)calls_result(sys_rt_sigprocmask(how, set, old, sizeof(sigset_t)));
}

int sigpending(sigset_t *set)
{
	return (int)calls_result(sys_rt_sigpending(set, sizeof(sigset_t)));
}

int sigsuspend(const sigset_t *mask)
{
	return (int)calls_result(sys_rt_sigsuspend(mask, sizeof(sigset_t)));
}
