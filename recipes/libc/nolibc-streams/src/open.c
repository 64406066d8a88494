/* Streams that come and go. */

#include "stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"

static FILE *opened;

void nolibc_streams_start(void);

void nolibc_streams_list(FILE *stream, bool listed)
{
	FILE **place = &opened;

	while (*place && *place != stream)
		place = &(*place)->next;
	if (listed && !*place) {
		stream->next = opened;
		opened = stream;
	} else if (!listed && *place) {
		*place = stream->next;
	}
}

static void flush_all(void)
{
	fflush(NULL);
}

void nolibc_streams_start(void)
{
	atexit(flush_all);
}

int fflush(FILE *stream)
{
	int result = 0;

	if (stream)
		return nolibc_streams_settle(stream) ? 0 : EOF;
	if (!nolibc_stdout.reading && !nolibc_streams_settle(stdout))
		result = EOF;
	for (stream = opened; stream; stream = stream->next)
		if (!stream->reading && !nolibc_streams_settle(stream))
			result = EOF;
	return result;
}

/* What a mode of fopen asks of a stream, and of openat; false: it is none. */
static bool read_mode(const char *mode, unsigned *flags, int *open_flags)
{
	switch (*mode) {
	case 'r':
		*flags = STREAM_READS;
		*open_flags = SYS_O_RDONLY;
		break;
	case 'w':
		*flags = STREAM_WRITES;
		*open_flags = SYS_O_WRONLY | SYS_O_CREAT | SYS_O_TRUNC;
		break;
	case 'a':
		*flags = STREAM_WRITES | STREAM_APPENDS;
		*open_flags = SYS_O_WRONLY | SYS_O_CREAT | SYS_O_APPEND;
		break;
	default:
		errno = EINVAL;
		return false;
	}
	if (strchr(mode, '+')) {
		*flags |= STREAM_READS | STREAM_WRITES;
		*open_flags = (*open_flags & ~SYS_O_ACCMODE) | SYS_O_RDWR;
	}
	if (strchr(mode, 'x'))
		*open_flags |= SYS_O_EXCL;
	if (strchr(mode, 'e'))
		*open_flags |= SYS_O_CLOEXEC;
	return true;
}

static FILE *stream_over(int descriptor, unsigned flags)
{
	FILE *stream = calloc(1, sizeof(*stream));

	if (!stream)
		return NULL;
	stream->descriptor = descriptor;
	stream->flags = flags;
	nolibc_streams_list(stream, true);
	return stream;
}

enum { MODE_OF_NEW_FILES = 0666 };

FILE *fopen(const char *restrict path, const char *restrict mode)
{
	unsigned flags;
	int open_flags, descriptor;
	FILE *stream;

	if (!read_mode(mode, &flags, &open_flags))
		return NULL;
	descriptor = (int)calls_result(sys_openat(SYS_AT_FDCWD, path, open_flags, MODE_OF_NEW_FILES));
	if (descriptor < 0)
		return NULL;
	stream = stream_over(descriptor, flags);
	if (!stream)
		sys_close(descriptor);
	return stream;
}

FILE *fdopen(int descriptor, const char *mode)
{
	unsigned flags;
	int open_flags;

	if (!read_mode(mode, &flags, &open_flags) || calls_result(sys_fcntl(descriptor, SYS_F_GETFL, 0)) < 0)
		return NULL;
	return stream_over(descriptor, flags);
}

FILE *tmpfile(void)
{
	char name[] = "/.tmpfile-XXXXXX";
	int descriptor = mkstemp(name);
	FILE *stream;

	if (descriptor < 0)
		return NULL;
	sys_unlinkat(SYS_AT_FDCWD, name, 0);
	stream = stream_over(descriptor, STREAM_READS | STREAM_WRITES);
	if (!stream)
		sys_close(descriptor);
	return stream;
}

static void drop_buffer(FILE *stream)
{
	if (stream->flags & STREAM_OWN_BUFFER)
		free(stream->buffer);
	stream->flags &= ~(unsigned)STREAM_OWN_BUFFER;
	stream->buffer = NULL;
	stream->size = 0;
}

int fclose(FILE *stream)
{
	bool done = nolibc_streams_settle(stream);
	long result = calls_result(sys_close(stream->descriptor));

	drop_buffer(stream);
	nolibc_streams_list(stream, false);
	if (stream->flags & STREAM_STATIC)
		stream->flags = STREAM_STATIC; /* neither reads nor writes any more */
	else
		free(stream);
	return done && !result ? 0 : EOF;
}

FILE *freopen(const char *restrict path, const char *restrict mode, FILE *restrict stream)
{
	unsigned flags;
	int open_flags, descriptor;

	nolibc_streams_settle(stream);
	if (!path) {
		errno = EBADF; /* another mode of the same file: not there */
		return NULL;
	}
	if (!read_mode(mode, &flags, &open_flags))
		return NULL;
	descriptor = (int)calls_result(sys_openat(SYS_AT_FDCWD, path, open_flags, MODE_OF_NEW_FILES));
	if (descriptor < 0) {
		fclose(stream);
		return NULL;
	}
	/* The number stays, so that those who have it see the new file as well. */
	if (descriptor != stream->descriptor) {
		sys_dup3(descriptor, stream->descriptor, 0);
		sys_close(descriptor);
	}
	stream->flags = flags | (stream->flags & (STREAM_STATIC | STREAM_OWN_BUFFER));
	stream->mode = _IOFBF;
	nolibc_streams_list(stream, true);
	return stream;
}

int setvbuf(FILE *restrict stream, char *restrict buffer, int mode, size_t size)
{
	if ((unsigned)mode > _IONBF || !nolibc_streams_settle(stream))
		return EOF;
	stream->mode = mode;
	if (buffer && size && mode != _IONBF) {
		drop_buffer(stream);
		stream->buffer = (unsigned char *)buffer;
		stream->size = size;
	}
	nolibc_streams_list(stream, true);
	return 0;
}
