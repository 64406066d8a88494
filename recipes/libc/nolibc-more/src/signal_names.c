/* What signals are called. */

#include <string.h>

enum { SIGNALS = 31 };

char *strsignal(int number)
{
	/* From 0 on; each ends with a 0. */
	static const char names[] =
		"unknown signal\0"
		"hangup\0"
		"interrupt\0"
		"quit\0"
		"illegal instruction\0"
		"trace trap\0"
		"aborted\0"
		"bus error\0"
		"arithmetic error\0"
		"killed\0"
		"user signal 1\0"
		"memory fault\0"
		"user signal 2\0"
		"broken pipe\0"
		"alarm\0"
		"terminated\0"
		"stack fault\0"
		"child ended\0"
		"continued\0"
		"stopped\0"
		"stopped by the terminal\0"
		"stopped for input\0"
		"stopped for output\0"
		"urgent data\0"
		"processor time used up\0"
		"file size used up\0"
		"virtual timer\0"
		"profiling timer\0"
		"window changed\0"
		"input or output possible\0"
		"power failure\0"
		"bad system call";
	const char *name = names;

	if ((unsigned)number > SIGNALS)
		number = 0;
	while (number--)
		name += strlen(name) + 1;
	return (char *)name;
}
