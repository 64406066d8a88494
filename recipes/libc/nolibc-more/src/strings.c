/* Copying and measuring beyond ISO C: POSIX and BSD. */

#include <errno.h>
#include <string.h>
#include <strings.h>

void *mempcpy(void *restrict to, const void *restrict from, size_t length)
{
	return (char *)memcpy(to, from, length) + length;
}

void *memccpy(void *restrict to, const void *restrict from, int last, size_t length)
{
	const char *found = memchr(from, last, length);

	if (found)
		length = (size_t)(found - (const char *)from) + 1;
	memcpy(to, from, length);
	return found ? (char *)to + length : NULL;
}

size_t strnlen(const char *text, size_t length)
{
	const char *end = memchr(text, 0, length);

	return end ? (size_t)(end - text) : length;
}

char *stpcpy(char *restrict to, const char *restrict from)
{
	size_t length = strlen(from);

	memcpy(to, from, length + 1);
	return to + length;
}

char *stpncpy(char *restrict to, const char *restrict from, size_t length)
{
	return strncpy(to, from, length) + strnlen(from, length);
}

size_t strlcpy(char *restrict to, const char *restrict from, size_t size)
{
	size_t length = strlen(from);

	if (size) {
		size_t copied = length < size ? length : size - 1;

		memcpy(to, from, copied);
		to[copied] = '\0';
	}
	return length;
}

size_t strlcat(char *restrict to, const char *restrict from, size_t size)
{
	size_t length = strnlen(to, size);

	return length + strlcpy(to + length, from, size - length);
}

/* In the "C" locale order is that of bytes. */
int strcoll(const char *left, const char *right)
{
	return strcmp(left, right);
}

size_t strxfrm(char *restrict to, const char *restrict from, size_t size)
{
	return strlcpy(to, from, size);
}

int bcmp(const void *left, const void *right, size_t length)
{
	return memcmp(left, right, length);
}

void bcopy(const void *from, void *to, size_t length)
{
	memmove(to, from, length);
}

void bzero(void *to, size_t length)
{
	memset(to, 0, length);
}

void explicit_bzero(void *to, size_t length)
{
	memset(to, 0, length);
	__asm__ volatile("" : : "r"(to) : "memory"); /* somebody may look at it */
}

int strerror_r(int number, char *buffer, size_t size)
{
	return strlcpy(buffer, strerror(number), size) < size ? 0 : ERANGE;
}
