/* Unformatted output. */

#include <stdio.h>
#include <string.h>

#include "nolibc_stream.h"

int puts(const char *text)
{
	return nolibc_stream_put(stdout, text, strlen(text)) && nolibc_stream_put(stdout, "\n", 1) ? 0 : EOF;
}

int fputc(int byte, FILE *stream)
{
	unsigned char written = (unsigned char)byte;

	return nolibc_stream_put(stream, &written, 1) ? written : EOF;
}

int putc(int byte, FILE *stream)
{
	return fputc(byte, stream);
}

int putchar(int byte)
{
	return fputc(byte, stdout);
}

int fputs(const char *restrict text, FILE *restrict stream)
{
	return nolibc_stream_put(stream, text, strlen(text)) ? 0 : EOF;
}

void setbuf(FILE *restrict stream, char *restrict buffer)
{
	setvbuf(stream, buffer, buffer ? _IOFBF : _IONBF, BUFSIZ);
}
