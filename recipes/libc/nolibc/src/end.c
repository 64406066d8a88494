/* Ends of the program, wanted and not. */

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "machine.h"

void _Exit(int status)
{
	machine_end(ENDING_EXIT, (uint8_t)status);
}

/* Of nolibc-signal, in an image where somebody may wait for SIGABRT: returns if nobody catches it. */
__attribute__((weak)) void nolibc_signal_abort(void);

static void nolibc_print(const char *text)
{
	console_write(text, strlen(text));
}

void abort(void)
{
	if (nolibc_signal_abort)
		nolibc_signal_abort();
	nolibc_print("abort\n");
	machine_end(ENDING_ABORT, 0);
}

void nolibc_assert_failed(const char *place, const char *function, const char *expression)
{
	nolibc_print(place);
	nolibc_print(function);
	nolibc_print(": assertion failed: ");
	nolibc_print(expression);
	nolibc_print("\n");
	abort();
}
