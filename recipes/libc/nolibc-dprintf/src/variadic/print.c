/* Formatted output to a descriptor, for callers with arguments of their own. */

#include <stdarg.h>
#include <stdio.h>

int dprintf(int descriptor, const char *restrict format, ...)
{
	va_list arguments;
	int total;

	va_start(arguments, format);
	total = vdprintf(descriptor, format, arguments);
	va_end(arguments);
	return total;
}
