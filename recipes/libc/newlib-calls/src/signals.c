/*
 * Signals to itself. Both C libraries have signal and raise, with a table of handlers of their own; what reaches the
 * system is a signal that nobody handles. Their numbers are BSD's in part.
 */

#include <signal.h>
#include <stddef.h>

#include "calls.h"

int kill(pid_t process, int number)
{
	/* By their numbers, those of which Linux's number is another. */
	static const struct {
		int theirs, linux_number;
	} pairs[] = {
		{SIGBUS, 7},   {SIGSYS, 31},  {SIGURG, 23},  {SIGSTOP, 19}, {SIGTSTP, 20}, {SIGCONT, 18},
		{SIGCHLD, 17}, {SIGIO, 29},   {SIGUSR1, 10}, {SIGUSR2, 12}, {SIGWINCH, 28}, {SIGPROF, 27},
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (pairs[i].theirs == number)
			return (int)calls_result(sys_kill(process, pairs[i].linux_number));
	return (int)calls_result(sys_kill(process, number));
}
