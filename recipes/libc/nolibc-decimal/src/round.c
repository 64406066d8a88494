/* The nearest number of a binary format. */

#include "nolibc_decimal.h"

#include <float.h>

#define PRECISION(bits, lowest, highest, digits) \
	{(bits), (lowest) - (bits), (highest) - (bits), ((digits) + DECIMAL_DIGITS - 1) / DECIMAL_DIGITS + 3}

/*
 * The digits of a number halfway between two small ones: as many as the smallest number has binary places, and one, less
 * the zeros that they begin with.
 */
#define HALFWAY_DIGITS(bits, lowest, smallest) ((bits) - (lowest) + 1 + (smallest))

const struct nolibc_precision nolibc_single = PRECISION(
	FLT_MANT_DIG, FLT_MIN_EXP, FLT_MAX_EXP, HALFWAY_DIGITS(FLT_MANT_DIG, FLT_MIN_EXP, FLT_MIN_10_EXP));
const struct nolibc_precision nolibc_double = PRECISION(
	DBL_MANT_DIG, DBL_MIN_EXP, DBL_MAX_EXP, HALFWAY_DIGITS(DBL_MANT_DIG, DBL_MIN_EXP, DBL_MIN_10_EXP));
const struct nolibc_precision nolibc_extended = PRECISION(
	LDBL_MANT_DIG, LDBL_MIN_EXP, LDBL_MAX_EXP, HALFWAY_DIGITS(LDBL_MANT_DIG, LDBL_MIN_EXP, LDBL_MIN_10_EXP));

static int nolibc_bits_of(unsigned __int128 value)
{
	uint64_t high = (uint64_t)(value >> 64), low = (uint64_t)value;

	return high ? 128 - __builtin_clzll(high) : low ? 64 - __builtin_clzll(low) : 0;
}

struct nolibc_binary nolibc_round(
	const struct nolibc_precision *precision, unsigned __int128 mantissa, int exponent, bool inexact)
{
	struct nolibc_binary result = {.kind = BINARY_FINITE};
	bool is_tiny = false;
	int excess = nolibc_bits_of(mantissa) - precision->bits;

	if (exponent + excess < precision->lowest) {
		excess = precision->lowest - exponent; /* the number is too small to have all bits */
		is_tiny = true;
	}
	if (excess > 127) {
		result.out_of_range = mantissa != 0;
		mantissa = 0; /* less than half of the smallest number */
		exponent = precision->lowest;
	} else if (excess > 0) {
		unsigned __int128 half = (unsigned __int128)1 << (excess - 1);
		unsigned __int128 rest = mantissa & (half + half - 1);

		result.out_of_range = is_tiny && (rest || inexact);
		mantissa >>= excess;
		exponent += excess;
		if (rest > half || (rest == half && (inexact || mantissa & 1)))
			mantissa++;
		if (nolibc_bits_of(mantissa) > precision->bits) {
			mantissa >>= 1;
			exponent++;
		}
	}
	if (mantissa && exponent > precision->highest + precision->bits - nolibc_bits_of(mantissa))
		result = (struct nolibc_binary){.kind = BINARY_INFINITE, .out_of_range = true};
	result.mantissa = mantissa;
	result.exponent = exponent;
	return result;
}
