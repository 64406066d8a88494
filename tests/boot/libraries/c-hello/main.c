#include <stdio.h>

int main(void)
{
	printf("hello %d %s %x\n", 42, "words", 48879);
	return 0;
}
