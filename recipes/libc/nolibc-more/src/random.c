/* Pseudo-random numbers: a linear congruence modulo 2^64 (Knuth's MMIX), of which the upper bits are taken. */

#include <stdint.h>
#include <stdlib.h>

static uint64_t nolibc_next(uint64_t state)
{
	return state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
}

static uint64_t nolibc_random_state = 1;

int rand(void)
{
	nolibc_random_state = nolibc_next(nolibc_random_state);
	return (int)(nolibc_random_state >> 33);
}

void srand(unsigned seed)
{
	nolibc_random_state = seed;
}

int rand_r(unsigned *seed)
{
	/* The state has 32 bits only, so each half of the result is of another step. */
	uint64_t first = nolibc_next(*seed), second = nolibc_next(first);

	*seed = (unsigned)(second >> 32);
	return (int)((first >> 33 ^ second >> 40) & RAND_MAX);
}

long random(void)
{
	return rand();
}

void srandom(unsigned seed)
{
	srand(seed);
}
