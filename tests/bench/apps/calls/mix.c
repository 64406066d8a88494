#include "mix.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { LIVE = 64, LEAST = 16, MOST = 4096, LARGE = 64 << 10 };

/* Marsaglia's xorshift; the same sizes in the same order on both sides. */
static uint64_t next(uint64_t word)
{
	word ^= word << 13;
	word ^= word >> 7;
	return word ^ word << 17;
}

static size_t size_of(uint64_t word)
{
	return word % LIVE == 0 ? LARGE : LEAST + (word >> 8) % (MOST - LEAST + 1);
}

void mix(unsigned long turns)
{
	static unsigned char *blocks[LIVE];
	uint64_t word = 1;

	for (unsigned long i = 0; i < turns; i++) {
		word = next(word);
		const size_t size = size_of(word), slot = (word >> 32) % LIVE;
		free(blocks[slot]);
		unsigned char *block = malloc(size);
		if (block == NULL) {
			puts("no memory");
			exit(1);
		}
		block[0] = block[size - 1] = 1;
		blocks[slot] = block;
	}
}
