/* Formatted output into a new block, for callers with arguments of their own. */

#include <stdarg.h>
#include <stdio.h>

int asprintf(char **restrict text, const char *restrict format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vasprintf(text, format, arguments);
	va_end(arguments);
	return length;
}
