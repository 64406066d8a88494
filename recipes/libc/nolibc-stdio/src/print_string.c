/* Formatted output into memory. */

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>

#include "nolibc_format.h"

static void put_memory(struct nolibc_sink *sink, char byte)
{
	if (sink->used < sink->size)
		sink->buffer[sink->used++] = byte;
}

int vsnprintf(char *restrict buffer, size_t size, const char *restrict format, va_list arguments)
{
	struct nolibc_sink sink = {.put = put_memory, .buffer = buffer, .size = size ? size - 1 : 0};
	int total = nolibc_format(&sink, format, arguments);

	if (size)
		buffer[sink.used] = '\0';
	return total;
}

int vsprintf(char *restrict buffer, const char *restrict format, va_list arguments)
{
	return vsnprintf(buffer, INT_MAX, format, arguments);
}
