/* Formatted input from streams and from strings. */

#include <stdarg.h>
#include <stdio.h>

#include "source.h"

static int get_stream(struct nolibc_source *source)
{
	return fgetc(source->from);
}

int vfscanf(FILE *restrict stream, const char *restrict format, va_list arguments)
{
	struct nolibc_source source = {.get = get_stream, .from = stream, .byte = SOURCE_NONE};
	int count;

	count = nolibc_scan(&source, format, arguments);
	if (source.byte >= 0)
		ungetc(source.byte, stream);
	return count;
}

int vscanf(const char *restrict format, va_list arguments)
{
	return vfscanf(stdin, format, arguments);
}

/* `from` is the address of where the string goes on. */
static int get_string(struct nolibc_source *source)
{
	const char **at = source->from;

	return **at ? (unsigned char)*(*at)++ : EOF;
}

int vsscanf(const char *restrict text, const char *restrict format, va_list arguments)
{
	const char *at = text;
	struct nolibc_source source = {.get = get_string, .from = &at, .byte = SOURCE_NONE};

	return nolibc_scan(&source, format, arguments);
}
