/* Lines of any length: POSIX. */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* Make room for `needed` bytes; the old block stays where there is no memory. */
static bool grow(char **line, size_t *size, size_t needed)
{
	enum { LEAST = 120 };
	size_t larger = *line ? *size : 0;
	char *block;

	if (needed <= larger)
		return true;
	larger = larger * 2 > LEAST ? larger * 2 : LEAST;
	block = realloc(*line, larger);
	if (!block)
		return false;
	*line = block;
	*size = larger;
	return true;
}

ssize_t getdelim(char **restrict line, size_t *restrict size, int last, FILE *restrict stream)
{
	size_t length = 0;
	int byte;

	do {
		byte = fgetc(stream);
		if (byte == EOF) {
			if (!length || ferror(stream))
				return -1;
			break;
		}
		if (!grow(line, size, length + 2))
			return -1;
		(*line)[length++] = (char)byte;
	} while (byte != last);
	(*line)[length] = '\0';
	return (ssize_t)length;
}

ssize_t getline(char **restrict line, size_t *restrict size, FILE *restrict stream)
{
	return getdelim(line, size, '\n', stream);
}
