#include <stdio.h>

int printf(const char *format, ...)
{
	(void)format;
	return 0;
}

int main(void)
{
	puts("hello");
	printf("%s\n", "there");
	return 0;
}
