/*
 * Functions that nolibc has as well: the app's own are taken, and nolibc's puts calls the app's strlen, which knows no
 * text of more than ten bytes.
 */

#include <stdio.h>
#include <string.h>

static const char *last_format;

size_t strlen(const char *text)
{
	size_t length = 0;

	while (length < 10 && text[length])
		length++;
	return length;
}

void *memset(void *target, int byte, size_t size)
{
	volatile unsigned char *bytes = target;

	(void)byte;
	for (size_t place = 0; place < size; place++)
		bytes[place] = 'o';
	return target;
}

int printf(const char *format, ...)
{
	last_format = format;
	return 7;
}

int main(int argc, char **argv)
{
	char buffer[200];

	(void)argv;
	memset(buffer, 'x', (size_t)(100 + argc));
	buffer[100 + argc] = 0;
	puts(buffer);
	if (printf("%d\n", argc) == 7)
		puts(last_format + 1);
	return 0;
}
