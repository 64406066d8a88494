/* The 80 bits of the x87: a long double has its first bit in the mantissa (Intel's manual, volume 1, section 4.2.2). */

#include "nolibc_decimal.h"

#include <float.h>
#include <string.h>

struct extended {
	uint64_t mantissa;
	uint16_t exponent; /* its highest bit is the sign */
};

enum { HIGHEST = 2 * LDBL_MAX_EXP - 1, SIGN = HIGHEST + 1, LOWEST = LDBL_MIN_EXP - LDBL_MANT_DIG };

struct nolibc_binary nolibc_take_extended(long double number)
{
	struct nolibc_binary result = {.kind = BINARY_FINITE};
	struct extended parts;
	int exponent;

	memcpy(&parts, &number, sizeof(parts));
	exponent = parts.exponent & HIGHEST;
	result.negative = parts.exponent >> 15;
	result.mantissa = parts.mantissa;
	result.exponent = (exponent ? exponent - 1 : 0) + LOWEST;
	if (exponent == HIGHEST)
		result.kind = parts.mantissa << 1 ? BINARY_NAN : BINARY_INFINITE;
	return result;
}

long double nolibc_make_extended(const struct nolibc_binary *binary)
{
	struct extended parts = {.mantissa = (uint64_t)binary->mantissa};
	int exponent = binary->exponent;
	long double number = 0;

	while (parts.mantissa && !(parts.mantissa >> 63) && exponent > LOWEST) {
		parts.mantissa <<= 1;
		exponent--;
	}
	if (parts.mantissa)
		parts.exponent = (uint16_t)(exponent - LOWEST + (int)(parts.mantissa >> 63));
	if (binary->kind != BINARY_FINITE) {
		parts.mantissa = binary->kind == BINARY_NAN ? UINT64_C(3) << 62 : UINT64_C(1) << 63;
		parts.exponent = HIGHEST;
	}
	if (binary->negative)
		parts.exponent |= SIGN;
	memcpy(&number, &parts, 10);
	return number;
}
