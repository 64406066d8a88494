/* Formatted output to a stream, in pieces of a line. */

#include <stdarg.h>
#include <stdio.h>

#include "nolibc_format.h"
#include "nolibc_stream.h"

enum { BUFFER_SIZE = 80 };

/* A sink that knows its stream. */
struct stream_sink {
	struct nolibc_sink sink;
	FILE *stream;
	bool failed;
};

static void put_stream(struct nolibc_sink *sink, char byte)
{
	struct stream_sink *whole = (struct stream_sink *)sink;

	if (sink->used == sink->size) {
		whole->failed |= !nolibc_stream_put(whole->stream, sink->buffer, sink->used);
		sink->used = 0;
	}
	sink->buffer[sink->used++] = byte;
}

int vfprintf(FILE *restrict stream, const char *restrict format, va_list arguments)
{
	char buffer[BUFFER_SIZE];
	struct stream_sink whole = {{.put = put_stream, .buffer = buffer, .size = sizeof(buffer)}, stream, false};
	int total = nolibc_format(&whole.sink, format, arguments);

	whole.failed |= !nolibc_stream_put(stream, buffer, whole.sink.used);
	return whole.failed ? -1 : total;
}

int vprintf(const char *restrict format, va_list arguments)
{
	return vfprintf(stdout, format, arguments);
}
