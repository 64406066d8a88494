/* Allocate and give back. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	char *block = malloc((size_t)argc * 100);
	void *impossible = calloc(SIZE_MAX / 2 + (size_t)argc, 4);

	(void)argv;
	printf("%s, %s\n", block ? "a block" : "no block", impossible ? "an impossible block" : "no impossible block");
	free(block);
	return 0;
}
