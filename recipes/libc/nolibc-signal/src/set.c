/* Sets of signals. */

#include <errno.h>
#include <signal.h>
#include <stdbool.h>

static bool is_signal(int number)
{
	if (number > 0 && number < NSIG)
		return true;
	errno = EINVAL;
	return false;
}

static sigset_t bit_of(int number)
{
	return (sigset_t)1 << (number - 1);
}

int sigemptyset(sigset_t *set)
{
	*set = 0;
	return 0;
}

int sigfillset(sigset_t *set)
{
	*set = ~(sigset_t)0;
	return 0;
}

int sigaddset(sigset_t *set, int number)
{
	if (!is_signal(number))
		return -1;
	*set |= bit_of(number);
	return 0;
}

int sigdelset(sigset_t *set, int number)
{
	if (!is_signal(number))
		return -1;
	*set &= ~bit_of(number);
	return 0;
}

int sigismember(const sigset_t *set, int number)
{
	return is_signal(number) ? (*set & bit_of(number)) != 0 : -1;
}
