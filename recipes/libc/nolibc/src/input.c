/* Input from the console, byte by byte. */

#include <stdio.h>

#include "console.h"
#include "stream.h"

FILE nolibc_stdin;

int fgetc(FILE *stream)
{
	unsigned char byte;

	if (console_read(&byte, 1))
		return byte;
	stream->ended = true;
	return EOF;
}

int getc(FILE *stream)
{
	return fgetc(stream);
}

int getchar(void)
{
	return fgetc(stdin);
}

char *fgets(char *restrict buffer, int size, FILE *restrict stream)
{
	char *at = buffer;
	int byte = 0;

	for (; size > 1 && byte != '\n'; size--) {
		byte = fgetc(stream);
		if (byte == EOF) {
			if (at == buffer)
				return NULL;
			break;
		}
		*at++ = (char)byte;
	}
	*at = '\0';
	return buffer;
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
