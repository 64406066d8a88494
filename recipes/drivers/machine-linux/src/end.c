/* How a process ends, so that its parent can tell the three endings apart. */

#include "linux_call.h"
#include "machine.h"

enum {
	SIGNAL_ABORT = 6,
	SIGNAL_DEFAULT_ACTION = 0,
	UNBLOCK = 1,
};

/* The kernel's struct sigaction (not the C library's). */
struct signal_action {
	long handler;
	unsigned long flags;
	long restorer;
	unsigned long mask;
};

/* Die by the signal, even if the parent had it ignored or blocked. */
static void die_by(int signal)
{
	struct signal_action action = {SIGNAL_DEFAULT_ACTION, 0, 0, 0};
	unsigned long mask = 1UL << (signal - 1);
	linux_call(LINUX_RT_SIGACTION, signal, (long)&action, 0, sizeof(mask));
	linux_call(LINUX_RT_SIGPROCMASK, UNBLOCK, (long)&mask, 0, sizeof(mask));
	linux_call(LINUX_KILL, linux_call(LINUX_GETPID, 0, 0, 0, 0), signal, 0, 0);
}

_Noreturn void machine_end(enum ending how, uint8_t status)
{
	if (how == ENDING_EXIT)
		linux_call(LINUX_EXIT_GROUP, status, 0, 0, 0);
	die_by(how == ENDING_TRAP ? status : SIGNAL_ABORT);
	__builtin_trap(); /* only process 1 of a PID namespace survives its own signals */
}
