/* The generator against the vector of RFC 8439, and getrandom over a source that the test makes. */

#include "host.h"

#include "entropy.h"
#include "entropy_block.h"
#include "entropy_words.h"
#include "sys_calls.h"

#include <stdbool.h>

static bool has_entropy;
static unsigned seeds;

bool entropy_read(void *bytes, size_t size)
{
	CHECK(size == 32, "the seed's size");
	if (!has_entropy)
		return false;
	seeds++;
	memset(bytes, 7, size);
	return true;
}

void *tested_memcpy(void *to, const void *from, size_t length)
{
	return memcpy(to, from, length);
}

void *tested_memset(void *to, int byte, size_t length)
{
	return memset(to, byte, length);
}

/* RFC 8439, section 2.3.2. */
static void check_vector(void)
{
	static const uint32_t nonce[3] = {0x09000000, 0x4a000000, 0}, expected[16] = {
		0xe4e7f110, 0x15593bd1, 0x1fdd0f50, 0xc47120a3, 0xc7f4d1c7, 0x0368c033, 0x9aaa2204, 0x4e6cd4c3,
		0x466482d2, 0x09aa9f07, 0x05d7c214, 0xa2028bd9, 0xd19c12b5, 0xb94e16de, 0xe883d0cb, 0x4e3c50a2};
	uint32_t key[8], block[16];

	for (unsigned i = 0; i < 8; i++)
		key[i] = 0x03020100 + i * 0x04040404;
	entropy_block(key, 1, nonce, block);
	for (unsigned i = 0; i < 16; i++)
		CHECK(block[i] == expected[i], "word %u is %x", i, block[i]);
}

static void check_refusals(void)
{
	unsigned char bytes[8] = {1, 2, 3};

	for (unsigned flags = 0; flags < 2; flags++)
		CHECK(sys_getrandom(bytes, 8, flags) == -SYS_EIO && bytes[0] == 1 && bytes[2] == 3, "nothing is made up");
	CHECK(sys_getrandom(bytes, 8, 4) == -SYS_EIO, "not even for who would take it");
	CHECK(!strcmp(written, "random: this machine has no source of random bytes\n"), "it is said once: %s", written);
	CHECK(sys_getrandom(bytes, 8, 8) == -SYS_EINVAL && sys_getrandom(bytes, 8, 6) == -SYS_EINVAL, "flags");
}

/* All sizes, every byte written and none beyond; half of the bits are ones. */
static void check_output(void)
{
	static unsigned char bytes[300], again[300];
	size_t ones = 0, total = 0;

	has_entropy = true;
	for (size_t size = 0; size < 260; size++) {
		memset(bytes, 0, sizeof(bytes));
		memset(again, 0, sizeof(again));
		CHECK(sys_getrandom(bytes, size, 1) == (long)size && sys_getrandom(again, size, 2) == (long)size, "size");
		CHECK(size < 16 || memcmp(bytes, again, size) != 0, "the same %zu bytes twice", size);
		for (size_t i = size; i < sizeof(bytes); i++)
			CHECK(bytes[i] == 0, "a byte behind the end of %zu", size);
		for (size_t i = 0; i < size; i++)
			ones += (size_t)__builtin_popcount(bytes[i] ^ again[i]);
		total += size * 8;
	}
	CHECK(ones > total * 49 / 100 && ones < total * 51 / 100, "%zu of %zu bits", ones, total);
	CHECK(seeds == 1, "it is seeded once");
}

static uint64_t next_word, step;
static unsigned words_left;

static bool read_word(uint64_t *word)
{
	*word = next_word;
	next_word += step;
	return words_left-- > 0;
}

/* A generator that gives up, and one that is stuck at once or after some words. */
static void check_broken_generators(void)
{
	uint64_t words[4];

	step = 1;
	words_left = 5;
	CHECK(entropy_words(read_word, words, sizeof(words)) && words[3] == words[2] + 1, "a sound one");
	for (words_left = 0; words_left < 5; words_left++) {
		unsigned left = words_left;

		CHECK(!entropy_words(read_word, words, sizeof(words)), "one that gives up after %u", left);
		words_left = left;
	}
	step = 0;
	words_left = 100;
	next_word = UINT64_MAX;
	CHECK(!entropy_words(read_word, words, sizeof(words)), "one that is stuck");
}

int main(void)
{
	check_broken_generators();
	check_vector();
	check_refusals();
	check_output();
	puts("intact");
	return 0;
}
