/* Formatted output to a descriptor. */

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "nolibc_format.h"
#include "calls.h"

enum { BUFFER_SIZE = 80 };

/* A sink that knows its descriptor. */
struct descriptor_sink {
	struct nolibc_sink sink;
	int descriptor;
	bool failed;
};

static void write_sink(struct descriptor_sink *whole)
{
	const char *bytes = whole->sink.buffer;
	size_t length = whole->sink.used;

	while (length && !whole->failed) {
		long written = calls_result(sys_write(whole->descriptor, bytes, length));

		whole->failed = written <= 0;
		bytes += written;
		length -= (size_t)written;
	}
	whole->sink.used = 0;
}

static void put_descriptor(struct nolibc_sink *sink, char byte)
{
	if (sink->used == sink->size)
		write_sink((struct descriptor_sink *)sink);
	sink->buffer[sink->used++] = byte;
}

int vdprintf(int descriptor, const char *restrict format, va_list arguments)
{
	char buffer[BUFFER_SIZE];
	struct descriptor_sink whole = {
		{.put = put_descriptor, .buffer = buffer, .size = sizeof(buffer)}, descriptor, false};
	int total = nolibc_format(&whole.sink, format, arguments);

	write_sink(&whole);
	return whole.failed ? -1 : total;
}
