/* Formatted input for callers with arguments of their own. */

#include <stdarg.h>
#include <stdio.h>

int scanf(const char *restrict format, ...)
{
	va_list arguments;
	int count;

	va_start(arguments, format);
	count = vscanf(format, arguments);
	va_end(arguments);
	return count;
}

int fscanf(FILE *restrict stream, const char *restrict format, ...)
{
	va_list arguments;
	int count;

	va_start(arguments, format);
	count = vfscanf(stream, format, arguments);
	va_end(arguments);
	return count;
}

int sscanf(const char *restrict text, const char *restrict format, ...)
{
	va_list arguments;
	int count;

	va_start(arguments, format);
	count = vsscanf(text, format, arguments);
	va_end(arguments);
	return count;
}
