/* Ends of the program. */

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "machine.h"
#include "sys_calls.h"

void _exit(int status)
{
	sys_exit_group(status);
}

/* Only a program that knows of signals can have a handler for this one; such a program has raise in it. */
extern int raise(int number) __attribute__((weak));

void abort(void)
{
	if (raise)
		raise(SIGABRT);
	machine_end(ENDING_ABORT, 0);
}
