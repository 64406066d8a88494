/*
 * The standard streams, on descriptors 0, 1 and 2. Their buffers are here, and nothing that is done to them takes one
 * from the heap, so a program that only prints has no heap.
 */

#include <stdio-bufio.h>
#include <unistd.h>

#include "streams.h"

enum { BY_BYTE = 1 };

static int console_close(FILE *stream)
{
	const struct __file_bufio *own = (const struct __file_bufio *)stream;
	int result = fflush(stream);

	return close(own->fd) < 0 ? EOF : result;
}

/* As setvbuf. Without a buffer of the caller's the stream keeps the one that it has. */
static int console_buffer(FILE *stream, char *buffer, int mode, size_t size)
{
	struct __file_bufio *own = (struct __file_bufio *)stream;

	if (fflush(stream) < 0 || (mode != _IOFBF && mode != _IOLBF && mode != _IONBF))
		return EOF;
	own->bflags = mode == _IOLBF ? __BLBF : 0;
	if (mode == _IONBF) {
		own->size = BY_BYTE;
	} else if (buffer && size) {
		own->buf = buffer;
		own->size = (int)size;
	} else if (own->size == BY_BYTE) {
		own->size = BUFSIZ; /* at least that is behind every own->buf that is not the caller's */
	}
	return 0;
}

#define CONSOLE_STREAM(descriptor, bytes, length, rights, flags)                                                    \
	{                                                                                                           \
		.xfile = FDEV_SETUP_EXT(__bufio_put, __bufio_get, __bufio_flush, console_close, __bufio_seek,       \
					console_buffer, (rights) | __SBUF),                                         \
		.fd = (descriptor), .bflags = (flags), .buf = (bytes), .size = (length), .read = read,              \
		.write = write, .lseek = lseek, .close = close,                                                     \
	}

static char input_bytes[BUFSIZ], output_bytes[BUFSIZ], error_bytes[BUFSIZ];

static struct __file_bufio input = CONSOLE_STREAM(STDIN_FILENO, input_bytes, BUFSIZ, __SRD, 0);
static struct __file_bufio output = CONSOLE_STREAM(STDOUT_FILENO, output_bytes, BUFSIZ, __SWR, __BLBF);
static struct __file_bufio error = CONSOLE_STREAM(STDERR_FILENO, error_bytes, BY_BYTE, __SWR, 0);

FILE *const stdin = &input.xfile.cfile.file;
FILE *const stdout = &output.xfile.cfile.file;
FILE *const stderr = &error.xfile.cfile.file;

void picolibc_flush(void)
{
	fflush(stdout);
}
