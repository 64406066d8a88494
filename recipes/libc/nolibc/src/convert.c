/* Numbers from text: ISO C11, section 7.22.1. */

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

static unsigned digit_value(char character)
{
	if (isdigit(character))
		return (unsigned)(character - '0');
	return isalpha(character) ? (unsigned)(tolower(character) - 'a' + 10) : UINT_MAX;
}

/* What stands at `text`: its sign and its magnitude; UINTMAX_MAX and `overflow` if it is larger. */
struct number {
	uintmax_t magnitude;
	bool negative;
	bool overflow;
};

static struct number nolibc_parse(const char *text, char **end, unsigned base)
{
	struct number number = {0};
	const char *at = text, *digits;

	while (isspace((unsigned char)*at))
		at++;
	if (*at == '-' || *at == '+')
		number.negative = *at++ == '-';
	/* The x belongs to the number only if a digit follows it. */
	if ((base == 0 || base == 16) && at[0] == '0' && (at[1] | 0x20) == 'x' && isxdigit((unsigned char)at[2])) {
		at += 2;
		base = 16;
	} else if (base == 0) {
		base = *at == '0' ? 8 : 10;
	}
	if (base < 2 || base > 36)
		base = 0; /* in which nothing is a digit */
	for (digits = at; digit_value(*at) < base; at++)
		if (__builtin_mul_overflow(number.magnitude, base, &number.magnitude) ||
		    __builtin_add_overflow(number.magnitude, digit_value(*at), &number.magnitude))
			number.overflow = true;
	if (end)
		*end = (char *)(at == digits ? text : at);
	return number;
}

unsigned long long strtoull(const char *restrict text, char **restrict end, int base)
{
	struct number number = nolibc_parse(text, end, (unsigned)base);

	if (number.overflow) {
		errno = ERANGE;
		return ULLONG_MAX;
	}
	return number.negative ? -number.magnitude : number.magnitude;
}

long long strtoll(const char *restrict text, char **restrict end, int base)
{
	struct number number = nolibc_parse(text, end, (unsigned)base);
	uintmax_t limit = (uintmax_t)LLONG_MAX + number.negative;

	if (number.overflow || number.magnitude > limit) {
		errno = ERANGE;
		number.magnitude = limit;
	}
	return (long long)(number.negative ? -number.magnitude : number.magnitude);
}

_Static_assert(LONG_MAX == LLONG_MAX, "the functions for long share those for long long");

unsigned long strtoul(const char *restrict text, char **restrict end, int base)
{
	return strtoull(text, end, base);
}

long strtol(const char *restrict text, char **restrict end, int base)
{
	return strtoll(text, end, base);
}

long long atoll(const char *text)
{
	return strtoll(text, NULL, 10);
}

long atol(const char *text)
{
	return strtol(text, NULL, 10);
}

int atoi(const char *text)
{
	return (int)strtol(text, NULL, 10);
}
