/* A failed assert. By write alone: the C libraries' own would bring their formatter, into newlib's heap even. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DIGITS = 12 }; /* of an int, with its sign */

static void tell(const char *text)
{
	(void)!write(STDERR_FILENO, text, strlen(text));
}

static void tell_number(int number)
{
	char text[DIGITS + 1], *at = text + DIGITS;

	*at = '\0';
	do
		*--at = (char)('0' + number % 10);
	while (number /= 10);
	tell(at);
}

void __assert_func(const char *file, int line, const char *function, const char *expression)
{
	tell(file);
	tell(":");
	tell_number(line);
	if (function) {
		tell(": ");
		tell(function);
	}
	tell(": assertion failed: ");
	tell(expression);
	tell("\n");
	abort();
}
