/* Functions that nolibc has as well: the app's own are taken, by the app and by nolibc's puts, which calls strlen. */

#include <stdio.h>
#include <string.h>

static int calls;

size_t strlen(const char *text)
{
	const char *end = text;

	calls++;
	while (*end)
		end++;
	return (size_t)(end - text);
}

void *memset(void *target, int byte, size_t size)
{
	volatile unsigned char *bytes = target;

	calls++;
	for (size_t place = 0; place < size; place++)
		bytes[place] = (unsigned char)byte;
	return target;
}

int printf(const char *format, ...)
{
	return (int)strlen(format);
}

int main(int argc, char **argv)
{
	char buffer[200];

	(void)argv;
	calls = 0; /* what recipes called before main */
	memset(buffer, 'x', (size_t)(100 + argc));
	buffer[100 + argc] = 0;
	puts(buffer);
	printf("%d\n", 5);
	puts(calls == 3 ? "own" : "not own");
	return 0;
}
