/* Measuring, copying and comparing. */

#include <stdint.h>
#include <string.h>

int memcmp(const void *left, const void *right, size_t length)
{
	const unsigned char *a = left, *b = right;

	for (; length; length--, a++, b++)
		if (*a != *b)
			return *a - *b;
	return 0;
}

size_t strlen(const char *text)
{
	size_t length = 0;

	while (text[length])
		length++;
	return length;
}

char *strcpy(char *restrict to, const char *restrict from)
{
	memcpy(to, from, strlen(from) + 1);
	return to;
}

char *strncpy(char *restrict to, const char *restrict from, size_t length)
{
	size_t i = 0;

	for (; i < length && from[i]; i++)
		to[i] = from[i];
	for (; i < length; i++)
		to[i] = '\0';
	return to;
}

char *strcat(char *restrict to, const char *restrict from)
{
	strcpy(to + strlen(to), from);
	return to;
}

char *strncat(char *restrict to, const char *restrict from, size_t length)
{
	char *at = to + strlen(to);

	for (; length && *from; length--)
		*at++ = *from++;
	*at = '\0';
	return to;
}

int strcmp(const char *left, const char *right)
{
	return strncmp(left, right, PTRDIFF_MAX);
}

int strncmp(const char *left, const char *right, size_t length)
{
	for (; length; length--, left++, right++) {
		int difference = (unsigned char)*left - (unsigned char)*right;

		if (difference || !*left)
			return difference;
	}
	return 0;
}
