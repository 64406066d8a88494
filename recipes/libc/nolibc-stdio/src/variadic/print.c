/* Formatted output for callers with arguments of their own. */

#include <stdarg.h>
#include <stdio.h>

int printf(const char *restrict format, ...)
{
	va_list arguments;
	int total;

	va_start(arguments, format);
	total = vprintf(format, arguments);
	va_end(arguments);
	return total;
}

int fprintf(FILE *restrict stream, const char *restrict format, ...)
{
	va_list arguments;
	int total;

	va_start(arguments, format);
	total = vfprintf(stream, format, arguments);
	va_end(arguments);
	return total;
}

int snprintf(char *restrict buffer, size_t size, const char *restrict format, ...)
{
	va_list arguments;
	int total;

	va_start(arguments, format);
	total = vsnprintf(buffer, size, format, arguments);
	va_end(arguments);
	return total;
}

int sprintf(char *restrict buffer, const char *restrict format, ...)
{
	va_list arguments;
	int total;

	va_start(arguments, format);
	total = vsprintf(buffer, format, arguments);
	va_end(arguments);
	return total;
}
