/* Take as many MiB as the first argument says in one block; write and read every word, or one per so many MiB. */

#include <stdio.h>
#include <stdlib.h>

enum { MIB_WORDS = (1 << 20) / sizeof(size_t) };

int main(int argc, char **argv)
{
	size_t count = argc > 1 ? (size_t)atoi(argv[1]) * MIB_WORDS : 0;
	size_t step = argc > 2 ? (size_t)atoi(argv[2]) * MIB_WORDS : 1;
	size_t *block = malloc(count * sizeof(*block));

	if (!block) {
		puts("no block");
		return 1;
	}
	for (size_t i = 0; i < count; i += step)
		block[i] = i ^ (size_t)block;
	block[count - 1] ^= 1;
	for (size_t i = 0; i < count; i += step)
		if ((block[i] ^ (i == count - 1)) != (i ^ (size_t)block)) {
			printf("word %zu is wrong\n", i);
			return 2;
		}
	puts("all is well");
	return 0;
}
