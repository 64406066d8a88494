/* Formatted output to the console. */

#include <stdarg.h>
#include <stdio.h>

#include "console.h"
#include "nolibc_format.h"

/* Bytes that go to the console in one call: a line of a terminal. */
enum { BUFFER_SIZE = 80 };

static void put_console(struct nolibc_sink *sink, char byte)
{
	if (sink->used == sink->size) {
		console_write(sink->buffer, sink->used);
		sink->used = 0;
	}
	sink->buffer[sink->used++] = byte;
}

int vprintf(const char *restrict format, va_list arguments)
{
	char buffer[BUFFER_SIZE];
	struct nolibc_sink sink = {.put = put_console, .buffer = buffer, .size = sizeof(buffer)};
	int total = nolibc_format(&sink, format, arguments);

	console_write(buffer, sink.used);
	return total;
}

int vfprintf(FILE *restrict stream, const char *restrict format, va_list arguments)
{
	(void)stream;
	return vprintf(format, arguments);
}
