/* Input that is made of bytes one by one. */

#include <stdio.h>

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
			if (at == buffer || ferror(stream))
				return NULL;
			break;
		}
		*at++ = (char)byte;
	}
	*at = '\0';
	return buffer;
}
