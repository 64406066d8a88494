#ifndef ENTROPY_BLOCK_H
#define ENTROPY_BLOCK_H

#include <stdint.h>

enum { CHACHA_KEY_WORDS = 8, CHACHA_BLOCK_WORDS = 16 };

/* A block of ChaCha20's key stream (RFC 8439, section 2.3); the words are little-endian, as both architectures are. */
void entropy_block(const uint32_t key[CHACHA_KEY_WORDS], uint32_t counter, const uint32_t nonce[3],
		   uint32_t block[CHACHA_BLOCK_WORDS]);

#endif
