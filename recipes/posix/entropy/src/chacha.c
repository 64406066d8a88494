/* ChaCha20 (RFC 8439, sections 2.1 to 2.3). */

#include "entropy_block.h"

enum { DOUBLE_ROUNDS = 10 };

static uint32_t turn(uint32_t word, unsigned bits)
{
	return word << bits | word >> (32 - bits);
}

static void quarter_round(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d)
{
	*d = turn(*d ^ (*a += *b), 16);
	*b = turn(*b ^ (*c += *d), 12);
	*d = turn(*d ^ (*a += *b), 8);
	*b = turn(*b ^ (*c += *d), 7);
}

void entropy_block(const uint32_t key[CHACHA_KEY_WORDS], uint32_t counter, const uint32_t nonce[3],
		   uint32_t block[CHACHA_BLOCK_WORDS])
{
	uint32_t start[CHACHA_BLOCK_WORDS] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}; /* "expand 32-byte k" */
	__builtin_memcpy(start + 4, key, CHACHA_KEY_WORDS * sizeof(*key));
	start[12] = counter;
	__builtin_memcpy(start + 13, nonce, 3 * sizeof(*nonce));
	__builtin_memcpy(block, start, sizeof(start));
	for (unsigned i = 0; i < DOUBLE_ROUNDS; i++) {
		/* The four columns, then the four diagonals. */
		for (unsigned column = 0; column < 4; column++)
			quarter_round(&block[column], &block[4 + column], &block[8 + column], &block[12 + column]);
		for (unsigned column = 0; column < 4; column++)
			quarter_round(&block[column], &block[4 + (column + 1) % 4], &block[8 + (column + 2) % 4],
				      &block[12 + (column + 3) % 4]);
	}
	for (unsigned i = 0; i < CHACHA_BLOCK_WORDS; i++)
		block[i] += start[i];
}
