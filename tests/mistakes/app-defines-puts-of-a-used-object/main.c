#include <stdio.h>

int puts(const char *text)
{
	return text[0];
}

int main(int argc, char **argv)
{
	printf("%s %d\n", argv[0], argc);
	return puts("hello");
}
