/* IEEE 754's binary32 and binary64: what a number is made of. */

#include "nolibc_decimal.h"

#include <float.h>
#include <string.h>

struct nolibc_binary nolibc_take_double(double number)
{
	enum { FRACTION = DBL_MANT_DIG - 1, HIGHEST = 2 * DBL_MAX_EXP - 1 };
	struct nolibc_binary result = {.kind = BINARY_FINITE};
	uint64_t bits, fraction;
	int exponent;

	memcpy(&bits, &number, sizeof(bits));
	result.negative = bits >> 63;
	exponent = (int)(bits >> FRACTION) & HIGHEST;
	fraction = bits & ((UINT64_C(1) << FRACTION) - 1);
	if (exponent == HIGHEST)
		result.kind = fraction ? BINARY_NAN : BINARY_INFINITE;
	result.mantissa = fraction | (uint64_t)(exponent != 0) << FRACTION;
	result.exponent = (exponent ? exponent : 1) + DBL_MIN_EXP - DBL_MANT_DIG - 1;
	return result;
}

/* The bits of a format with a hidden first bit, but for the sign; `lowest` as in its precision. */
static uint64_t nolibc_pack(const struct nolibc_binary *binary, int fraction_bits, int lowest, uint64_t infinite)
{
	uint64_t bits = (uint64_t)binary->mantissa;
	int exponent = binary->exponent;

	if (binary->kind != BINARY_FINITE)
		return infinite << fraction_bits | (uint64_t)(binary->kind == BINARY_NAN) << (fraction_bits - 1);
	if (!bits)
		return 0;
	while (bits >> fraction_bits == 0 && exponent > lowest) {
		bits <<= 1;
		exponent--;
	}
	/* The first bit of a normal number adds 1 to the exponent. */
	return bits + ((uint64_t)(exponent - lowest) << fraction_bits);
}

float nolibc_make_single(const struct nolibc_binary *binary)
{
	uint32_t bits = (uint32_t)nolibc_pack(binary, FLT_MANT_DIG - 1, FLT_MIN_EXP - FLT_MANT_DIG, 2 * FLT_MAX_EXP - 1);
	float number;

	bits |= (uint32_t)binary->negative << 31;
	memcpy(&number, &bits, sizeof(number));
	return number;
}

double nolibc_make_double(const struct nolibc_binary *binary)
{
	uint64_t bits = nolibc_pack(binary, DBL_MANT_DIG - 1, DBL_MIN_EXP - DBL_MANT_DIG, 2 * DBL_MAX_EXP - 1);
	double number;

	bits |= (uint64_t)binary->negative << 63;
	memcpy(&number, &bits, sizeof(number));
	return number;
}
