/* Searching and comparing beyond ISO C: POSIX and BSD. */

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

void *memrchr(const void *bytes, int byte, size_t length)
{
	const unsigned char *start = bytes;

	while (length--)
		if (start[length] == (unsigned char)byte)
			return (void *)(start + length);
	return NULL;
}

void *memmem(const void *bytes, size_t length, const void *part, size_t part_length)
{
	const char *at = bytes;

	for (; length >= part_length; at++, length--)
		if (!memcmp(at, part, part_length))
			return (void *)at;
	return NULL;
}

char *strchrnul(const char *text, int byte)
{
	while (*text && *text != (char)byte)
		text++;
	return (char *)text;
}

int strncasecmp(const char *left, const char *right, size_t length)
{
	for (; length; length--, left++, right++) {
		int difference = tolower((unsigned char)*left) - tolower((unsigned char)*right);

		if (difference || !*left)
			return difference;
	}
	return 0;
}

int strcasecmp(const char *left, const char *right)
{
	return strncasecmp(left, right, PTRDIFF_MAX);
}

char *strcasestr(const char *text, const char *part)
{
	size_t length = strlen(part);

	for (;; text++) {
		if (!strncasecmp(text, part, length))
			return (char *)text;
		if (!*text)
			return NULL;
	}
}

char *index(const char *text, int byte)
{
	return strchr(text, byte);
}

char *rindex(const char *text, int byte)
{
	return strrchr(text, byte);
}

char *strtok_r(char *restrict text, const char *restrict separators, char **restrict rest)
{
	char *end;

	if (!text)
		text = *rest;
	text += strspn(text, separators);
	end = text + strcspn(text, separators);
	*rest = end;
	if (end == text)
		return NULL;
	if (*end) {
		*end = '\0';
		*rest = end + 1;
	}
	return text;
}

char *strsep(char **rest, const char *separators)
{
	char *start = *rest, *end;

	if (!start)
		return NULL;
	end = start + strcspn(start, separators);
	*rest = *end ? end + 1 : NULL;
	*end = '\0';
	return start;
}

int ffsll(long long bits)
{
	return bits ? __builtin_ctzll((unsigned long long)bits) + 1 : 0;
}

int ffsl(long bits)
{
	return ffsll(bits);
}

int ffs(int bits)
{
	return ffsll(bits);
}
