/* Allocate and never give back. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	char *block = malloc((size_t)argc * 100);
	void *impossible = calloc(SIZE_MAX / 2 + (size_t)argc, 4);

	(void)argv;
	/* A compiler may leave an allocation out whose block nobody can see, and take it for done. */
	__asm__("" : "+r"(block), "+r"(impossible));
	printf("%s, %s\n", block ? "a block" : "no block", impossible ? "an impossible block" : "no impossible block");
	return 0;
}
