#ifndef NOLIBC_DECIMAL_H
#define NOLIBC_DECIMAL_H

/*
 * Numbers as decimal fractions of any length, for exact conversion between binary and decimal floats.
 * Context: any.
 */

#include <stdbool.h>
#include <stdint.h>

enum {
	DECIMAL_BASE = 1000000000, /* of a word; 2^9 divides it */
	DECIMAL_DIGITS = 9,        /* of a word */
	DECIMAL_SHIFT = 9,         /* bits that a shift to the right can take at once */
};

/*
 * The number is 0.w0 w1 w2 ... times DECIMAL_BASE to the power of `point`. Neither the first nor the last word is 0;
 * zero has no words.
 */
struct nolibc_decimal {
	uint32_t *words;
	int count;    /* of words that are used */
	int capacity; /* words there is room for */
	int point;    /* words before the decimal point; negative: zeros behind it */
	bool inexact; /* words beyond the capacity were dropped that were not 0 */
};

/* Room for a number of `bits` bits times 2 to the power of `exponent`, exactly. */
static inline int nolibc_decimal_words(int bits, int exponent)
{
	/* Before the point one digit for 3.3 bits, behind it one for each bit, of which nine make a word. */
	return 6 + (exponent > 0 ? (bits + exponent) / 29 : -exponent / DECIMAL_DIGITS + bits / 29);
}

/* Divide by 2 to the power of `bits`, at most DECIMAL_SHIFT. */
void nolibc_decimal_halve(struct nolibc_decimal *decimal, unsigned bits);

/* Multiply by 2 to the power of `bits`, at most 32. */
void nolibc_decimal_double(struct nolibc_decimal *decimal, unsigned bits);

/* Put an integer there, which takes up to five words. */
void nolibc_decimal_set(struct nolibc_decimal *decimal, unsigned __int128 value);

/*
 * The bits of a float that is not negative. `mantissa` times 2 to the power of `exponent`, or else not a number at
 * all: infinite or NaN.
 */
struct nolibc_binary {
	unsigned __int128 mantissa;
	int exponent;
	enum { BINARY_FINITE, BINARY_INFINITE, BINARY_NAN } kind;
	bool negative;
	bool out_of_range; /* rounding made it infinite, or lost bits because the number is very small */
};

/* What a binary format can hold. */
struct nolibc_precision {
	short bits;    /* of the mantissa */
	short lowest;  /* exponent of the lowest bit of the smallest number */
	short highest; /* exponent of the lowest bit of the largest number */
	short words;   /* that the longest number halfway between two others has, and some */
};

extern const struct nolibc_precision nolibc_single, nolibc_double, nolibc_extended;

/*
 * The nearest number to `mantissa` (and a bit more, if `inexact`) times 2 to the power of `exponent`; of two that are
 * equally near the even one. BINARY_INFINITE if it is too large; a mantissa of 0 or a short one if too small.
 */
struct nolibc_binary nolibc_round(
	const struct nolibc_precision *precision, unsigned __int128 mantissa, int exponent, bool inexact);

/*
 * Read what ISO C11, section 7.22.1.3, takes for a float at the start of `text`, without white space before it; `end` is
 * where it ends, `text` itself if there is none, which gives 0.
 */
struct nolibc_binary nolibc_read_float(const struct nolibc_precision *precision, const char *text, const char **end);

/* Between numbers and what they are made of; the bits of a subnormal number's mantissa are fewer. */
struct nolibc_binary nolibc_take_double(double number);
struct nolibc_binary nolibc_take_extended(long double number);
float nolibc_make_single(const struct nolibc_binary *binary);
double nolibc_make_double(const struct nolibc_binary *binary);
long double nolibc_make_extended(const struct nolibc_binary *binary);

#endif
