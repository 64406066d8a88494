/* Unformatted output; every stream is the console. */

#include <stdio.h>
#include <string.h>

#include "console.h"
#include "stream.h"

FILE nolibc_stdout, nolibc_stderr;

int puts(const char *text)
{
	console_write(text, strlen(text));
	console_write("\n", 1);
	return 0;
}

int putchar(int byte)
{
	unsigned char written = (unsigned char)byte;

	console_write(&written, 1);
	return written;
}

int fputc(int byte, FILE *stream)
{
	(void)stream;
	return putchar(byte);
}

int putc(int byte, FILE *stream)
{
	return fputc(byte, stream);
}

int fputs(const char *restrict text, FILE *restrict stream)
{
	(void)stream;
	console_write(text, strlen(text));
	return 0;
}

size_t fwrite(const void *restrict bytes, size_t size, size_t count, FILE *restrict stream)
{
	(void)stream;
	console_write(bytes, size * count);
	return size ? count : 0;
}

int fflush(FILE *stream)
{
	(void)stream;
	return 0;
}
