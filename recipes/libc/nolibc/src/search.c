/* Searching in memory and in strings. */

#include <stdbool.h>
#include <string.h>

void *memchr(const void *bytes, int byte, size_t length)
{
	const unsigned char *at = bytes;

	for (; length; length--, at++)
		if (*at == (unsigned char)byte)
			return (void *)at;
	return NULL;
}

char *strchr(const char *text, int byte)
{
	for (; *text != (char)byte; text++)
		if (!*text)
			return NULL;
	return (char *)text;
}

char *strrchr(const char *text, int byte)
{
	const char *found = NULL;

	do
		if (*text == (char)byte)
			found = text;
	while (*text++);
	return (char *)found;
}

/* The length of the longest start of `text` whose bytes are all in `set`, or all not in it. */
static size_t nolibc_span(const char *text, const char *set, bool in_set)
{
	size_t length = 0;

	while (text[length] && (strchr(set, text[length]) != NULL) == in_set)
		length++;
	return length;
}

size_t strspn(const char *text, const char *accepted)
{
	return nolibc_span(text, accepted, true);
}

size_t strcspn(const char *text, const char *refused)
{
	return nolibc_span(text, refused, false);
}

char *strpbrk(const char *text, const char *accepted)
{
	text += strcspn(text, accepted);
	return *text ? (char *)text : NULL;
}

char *strstr(const char *text, const char *part)
{
	size_t length = strlen(part);

	for (;; text++) {
		if ((*text == *part || !length) && !strncmp(text, part, length))
			return (char *)text;
		if (!*text)
			return NULL;
	}
}

char *strtok(char *restrict text, const char *restrict separators)
{
	static char *rest;
	char *end;

	if (!text)
		text = rest;
	text += strspn(text, separators);
	end = text + strcspn(text, separators);
	rest = end;
	if (end == text)
		return NULL;
	if (*end) {
		*end = '\0';
		rest = end + 1;
	}
	return text;
}
