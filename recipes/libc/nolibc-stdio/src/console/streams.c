/* The three streams, and what there is to say about them when all are the console. */

#include <errno.h>
#include <stdio.h>

#include "console.h"
#include "nolibc_stream.h"

FILE nolibc_stdin, nolibc_stdout, nolibc_stderr;

int fgetc(FILE *stream)
{
	unsigned char byte = stream->back;

	if (stream->has_back) {
		stream->has_back = false;
		return byte;
	}
	if (console_read(&byte, 1))
		return byte;
	stream->ended = true;
	return EOF;
}

int ungetc(int byte, FILE *stream)
{
	if (byte == EOF || stream->has_back)
		return EOF;
	stream->back = (unsigned char)byte;
	stream->has_back = true;
	stream->ended = false;
	return stream->back;
}

size_t fread(void *restrict bytes, size_t size, size_t count, FILE *restrict stream)
{
	unsigned char *at = bytes;
	size_t length = size * count;

	for (size_t i = 0; i < length; i++) {
		int byte = fgetc(stream);

		if (byte == EOF)
			return i / size;
		at[i] = (unsigned char)byte;
	}
	return size ? count : 0;
}

int feof(FILE *stream)
{
	return stream->ended;
}

/* The console has no errors: what fails is the end of the input. */
int ferror(FILE *stream)
{
	(void)stream;
	return 0;
}

void clearerr(FILE *stream)
{
	stream->ended = false;
}

/* Nothing is ever held back. */
int fflush(FILE *stream)
{
	(void)stream;
	return 0;
}

int setvbuf(FILE *restrict stream, char *restrict buffer, int mode, size_t size)
{
	(void)stream, (void)buffer, (void)mode, (void)size;
	return 0;
}

int fileno(FILE *stream)
{
	if (stream == stdin)
		return 0;
	return stream == stdout ? 1 : 2;
}
