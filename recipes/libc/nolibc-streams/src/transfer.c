/* Bytes between a stream's buffer and its descriptor. */

#include "stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "nolibc_stream.h"
#include "nolibc_system.h"
#include "sys_calls.h"
#include "turns.h"

FILE nolibc_stdin = {.descriptor = 0, .flags = STREAM_READS | STREAM_STATIC};
FILE nolibc_stdout = {.descriptor = 1, .flags = STREAM_WRITES | STREAM_STATIC, .mode = _IONBF};
FILE nolibc_stderr = {.descriptor = 2, .flags = STREAM_WRITES | STREAM_STATIC, .mode = _IONBF};

bool nolibc_streams_may(FILE *stream, unsigned flag)
{
	if (stream->flags & flag)
		return true;
	stream->flags |= STREAM_FAILED;
	errno = EBADF;
	return false;
}

void nolibc_streams_need_buffer(FILE *stream)
{
	if (stream->buffer)
		return;
	stream->buffer = malloc(BUFSIZ);
	stream->size = BUFSIZ;
	stream->flags |= STREAM_OWN_BUFFER;
	if (stream->buffer)
		return;
	stream->flags &= ~(unsigned)STREAM_OWN_BUFFER;
	stream->buffer = &stream->single;
	stream->size = sizeof(stream->single);
}

static bool write_all(FILE *stream, const unsigned char *bytes, size_t length)
{
	long written = 1;

	streams_begin(stream);
	while (length && written > 0) {
		written = nolibc_result(sys_write(stream->descriptor, bytes, length));
		if (written > 0) {
			bytes += written;
			length -= (size_t)written;
		}
	}
	streams_end(stream);
	if (length)
		stream->flags |= STREAM_FAILED;
	return length == 0;
}

bool nolibc_streams_settle(FILE *stream)
{
	size_t held;
	bool done = true;

	if (!streams_turn(stream))
		return false;
	held = stream->end - stream->start;
	if (!stream->reading)
		done = write_all(stream, stream->buffer + stream->start, held);
	else if (held + stream->has_back)
		sys_lseek(stream->descriptor, -(long)(held + stream->has_back), SYS_SEEK_CUR); /* a pipe keeps them lost */
	stream->start = stream->end = 0;
	stream->reading = stream->has_back = false;
	return done;
}

bool nolibc_stream_put(FILE *stream, const void *bytes, size_t length)
{
	if (!streams_turn(stream) || !nolibc_streams_may(stream, STREAM_WRITES))
		return false;
	if (stream->reading)
		nolibc_streams_settle(stream);
	if (stream->mode == _IONBF)
		return write_all(stream, bytes, length);
	nolibc_streams_need_buffer(stream);
	if (length > stream->size - stream->end && !nolibc_streams_settle(stream))
		return false;
	if (length >= stream->size)
		return write_all(stream, bytes, length);
	memcpy(stream->buffer + stream->end, bytes, length);
	stream->end += length;
	return stream->mode != _IOLBF || !memchr(bytes, '\n', length) || nolibc_streams_settle(stream);
}

/* Whether there is something to be taken from the buffer. */
static bool fill(FILE *stream)
{
	long count;

	if (!streams_turn(stream))
		return false;
	if (stream->start < stream->end && stream->reading)
		return true;
	if (!nolibc_streams_may(stream, STREAM_READS))
		return false;
	if (!stream->reading && !nolibc_streams_settle(stream))
		return false;
	nolibc_streams_need_buffer(stream);
	stream->reading = true;
	streams_begin(stream);
	count = nolibc_result(sys_read(stream->descriptor, stream->buffer, stream->size));
	streams_end(stream);
	stream->start = 0;
	stream->end = count > 0 ? (size_t)count : 0;
	if (count <= 0)
		stream->flags |= count ? STREAM_FAILED : STREAM_ENDED;
	return count > 0;
}

int fgetc(FILE *stream)
{
	if (stream->has_back) {
		stream->has_back = false;
		return stream->back;
	}
	return fill(stream) ? stream->buffer[stream->start++] : EOF;
}

int ungetc(int byte, FILE *stream)
{
	if (byte == EOF || !streams_turn(stream) || stream->has_back || !nolibc_streams_may(stream, STREAM_READS))
		return EOF;
	if (!stream->reading && !nolibc_streams_settle(stream))
		return EOF;
	stream->reading = true;
	stream->back = (unsigned char)byte;
	stream->has_back = true;
	stream->flags &= ~(unsigned)STREAM_ENDED;
	return stream->back;
}

/* Take up to `length` bytes of what is held, or read them past the buffer. */
static size_t take(FILE *stream, unsigned char *bytes, size_t length)
{
	size_t held;

	if (stream->has_back) {
		*bytes = stream->back;
		stream->has_back = false;
		return 1;
	}
	if (!fill(stream))
		return 0;
	held = stream->end - stream->start;
	if (held > length)
		held = length;
	memcpy(bytes, stream->buffer + stream->start, held);
	stream->start += held;
	return held;
}

size_t fread(void *restrict bytes, size_t size, size_t count, FILE *restrict stream)
{
	unsigned char *at = bytes;
	size_t length = size * count, done = 0, taken;

	for (; done < length; done += taken) {
		taken = take(stream, at + done, length - done);
		if (!taken)
			return done / size;
	}
	return size ? count : 0;
}

size_t fwrite(const void *restrict bytes, size_t size, size_t count, FILE *restrict stream)
{
	return size && nolibc_stream_put(stream, bytes, size * count) ? count : 0;
}

int feof(FILE *stream)
{
	return (stream->flags & STREAM_ENDED) != 0;
}

int ferror(FILE *stream)
{
	return (stream->flags & STREAM_FAILED) != 0;
}

void clearerr(FILE *stream)
{
	stream->flags &= ~(unsigned)(STREAM_ENDED | STREAM_FAILED);
}

int fileno(FILE *stream)
{
	return stream->descriptor;
}
