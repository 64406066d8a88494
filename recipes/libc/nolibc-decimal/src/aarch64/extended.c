/* IEEE 754's binary128, which a long double is here: without arithmetic, which would be calls of the compiler's runtime. */

#include "nolibc_decimal.h"

#include <float.h>
#include <string.h>

enum { FRACTION = LDBL_MANT_DIG - 1, HIGHEST = 2 * LDBL_MAX_EXP - 1, LOWEST = LDBL_MIN_EXP - LDBL_MANT_DIG };

static const unsigned __int128 one = 1;

struct nolibc_binary nolibc_take_extended(long double number)
{
	struct nolibc_binary result = {.kind = BINARY_FINITE};
	unsigned __int128 bits;
	int exponent;

	memcpy(&bits, &number, sizeof(bits));
	exponent = (int)(bits >> FRACTION) & HIGHEST;
	result.negative = (bool)(bits >> 127);
	result.mantissa = bits & ((one << FRACTION) - 1);
	if (exponent == HIGHEST)
		result.kind = result.mantissa ? BINARY_NAN : BINARY_INFINITE;
	else if (exponent)
		result.mantissa |= one << FRACTION;
	result.exponent = (exponent ? exponent - 1 : 0) + LOWEST;
	return result;
}

long double nolibc_make_extended(const struct nolibc_binary *binary)
{
	unsigned __int128 bits = binary->mantissa;
	int exponent = binary->exponent;
	long double number;

	while (bits && !(bits >> FRACTION) && exponent > LOWEST) {
		bits <<= 1;
		exponent--;
	}
	/* The first bit of a normal number adds 1 to the exponent. */
	if (bits)
		bits += (unsigned __int128)(exponent - LOWEST) << FRACTION;
	if (binary->kind != BINARY_FINITE)
		bits = (unsigned __int128)HIGHEST << FRACTION | (unsigned __int128)(binary->kind == BINARY_NAN) << (FRACTION - 1);
	bits |= (unsigned __int128)binary->negative << 127;
	memcpy(&number, &bits, sizeof(number));
	return number;
}
