/* Copies of strings in new blocks: POSIX. */

#include <stdlib.h>
#include <string.h>

char *strndup(const char *text, size_t length)
{
	char *copy;

	length = strnlen(text, length);
	copy = malloc(length + 1);
	if (copy) {
		memcpy(copy, text, length);
		copy[length] = '\0';
	}
	return copy;
}

char *strdup(const char *text)
{
	return strndup(text, strlen(text));
}
