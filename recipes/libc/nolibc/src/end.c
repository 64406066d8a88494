/* Ends of the program, wanted and not. */

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "console.h"
#include "machine.h"

void exit(int status)
{
	machine_end(ENDING_EXIT, (uint8_t)status);
}

void _Exit(int status)
{
	machine_end(ENDING_EXIT, (uint8_t)status);
}

void abort(void)
{
	static const char message[] = "abort\n";

	console_write(message, sizeof(message) - 1);
	machine_end(ENDING_ABORT, 0);
}

void nolibc_assert_failed(const char *place, const char *function, const char *expression)
{
	fputs(place, stderr);
	fputs(function, stderr);
	fputs(": assertion failed: ", stderr);
	puts(expression);
	abort();
}
