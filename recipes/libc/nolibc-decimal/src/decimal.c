/* Decimal fractions of any length: shifts by bits, which is all that conversions need. */

#include "nolibc_decimal.h"

#include <string.h>

static void nolibc_trim(struct nolibc_decimal *decimal)
{
	while (decimal->count && !decimal->words[decimal->count - 1])
		decimal->count--;
}

void nolibc_decimal_halve(struct nolibc_decimal *decimal, unsigned bits)
{
	uint32_t rest = 0, unit = DECIMAL_BASE >> bits, mask = (1U << bits) - 1;

	for (int i = 0; i < decimal->count; i++) {
		uint32_t word = decimal->words[i];

		decimal->words[i] = (word >> bits) + rest;
		rest = (word & mask) * unit;
	}
	if (decimal->count > 0 && !decimal->words[0]) {
		decimal->count--;
		decimal->point--;
		memmove(decimal->words, decimal->words + 1, (size_t)decimal->count * sizeof(uint32_t));
	}
	if (rest && decimal->count < decimal->capacity)
		decimal->words[decimal->count++] = rest;
	else if (rest)
		decimal->inexact = true;
	nolibc_trim(decimal);
}

void nolibc_decimal_double(struct nolibc_decimal *decimal, unsigned bits)
{
	uint64_t carry = 0;

	for (int i = decimal->count; i-- > 0;) {
		carry += (uint64_t)decimal->words[i] << bits;
		decimal->words[i] = (uint32_t)(carry % DECIMAL_BASE);
		carry /= DECIMAL_BASE;
	}
	while (carry) {
		if (decimal->count == decimal->capacity)
			decimal->inexact |= decimal->words[--decimal->count] != 0;
		memmove(decimal->words + 1, decimal->words, (size_t)decimal->count * sizeof(uint32_t));
		decimal->words[0] = (uint32_t)(carry % DECIMAL_BASE);
		carry /= DECIMAL_BASE;
		decimal->count++;
		decimal->point++;
	}
	nolibc_trim(decimal);
}

void nolibc_decimal_set(struct nolibc_decimal *decimal, unsigned __int128 value)
{
	enum { LIMBS = 4, WORDS = 5 };
	uint32_t limbs[LIMBS], *words = decimal->words;
	int zeros = 0;

	/* By limbs: a division of 128 bits would be a call of the compiler's runtime. */
	for (int i = LIMBS; i-- > 0; value >>= 32)
		limbs[i] = (uint32_t)value;
	for (int i = WORDS; i-- > 0;) {
		uint64_t rest = 0;

		for (int j = 0; j < LIMBS; j++) {
			rest = rest << 32 | limbs[j];
			limbs[j] = (uint32_t)(rest / DECIMAL_BASE);
			rest %= DECIMAL_BASE;
		}
		words[i] = (uint32_t)rest;
	}
	while (zeros < WORDS && !words[zeros])
		zeros++;
	decimal->count = decimal->point = WORDS - zeros;
	memmove(words, words + zeros, (size_t)decimal->count * sizeof(uint32_t));
	decimal->inexact = false;
	nolibc_trim(decimal);
}
