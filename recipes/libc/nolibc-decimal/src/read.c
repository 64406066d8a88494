/* Floats from text, to the nearest number: ISO C11, section 7.22.1.3. */

#include "nolibc_decimal.h"

#include <stddef.h>

enum { FAR = 100000 }; /* a power that takes any number out of every format */

/* Where the digits of a number stand, and the power of its base that the point stands for. */
struct digits {
	const char *start, *end;
	int before;   /* digits before the point */
	int exponent; /* behind the letter */
	bool any;     /* digit at all */
};

static unsigned digit_of(char byte)
{
	unsigned letter = ((unsigned char)byte | 0x20U) - 'a';

	if ((unsigned)(byte - '0') < 10)
		return (unsigned)(byte - '0');
	return letter < 6 ? letter + 10 : 16;
}

/* Whether `text` begins with `word` in capital or small letters; then `end` is behind it. */
static bool has_word(const char *text, const char *word, const char **end)
{
	for (; *word; word++, text++)
		if ((*text | 0x20) != *word)
			return false;
	*end = text;
	return true;
}

/* What may stand behind nan, which says nothing here. */
static void skip_brackets(const char **end)
{
	const char *at = *end;

	if (*at++ != '(')
		return;
	while (digit_of(*at) < 10 || (unsigned)((*at | 0x20) - 'a') < 26 || *at == '_')
		at++;
	if (*at == ')')
		*end = at + 1;
}

static bool begins_digits(const char *text)
{
	return digit_of(text[*text == '.']) < 16;
}

static int read_exponent(const char *at, const char **end)
{
	bool negative = *at == '-';
	int exponent = 0;

	if (*at == '-' || *at == '+')
		at++;
	if (digit_of(*at) >= 10)
		return 0;
	for (; digit_of(*at) < 10; at++)
		if (exponent < FAR)
			exponent = exponent * 10 + (int)digit_of(*at);
	*end = at;
	return negative ? -exponent : exponent;
}

/* Read digits of `base`, with a point and an exponent after `letter`; zeros before the first digit are left out. */
static struct digits read_digits(const char *text, unsigned base, char letter, const char **end)
{
	struct digits digits = {.start = NULL};
	const char *at = text;
	bool point = false;

	for (; digit_of(*at) < base || (*at == '.' && !point); at++) {
		if (*at == '.') {
			point = true;
			continue;
		}
		digits.any = true;
		if (!digits.start && *at != '0')
			digits.start = at;
		if (digits.start && !point)
			digits.before++;
		if (!digits.start && point)
			digits.before--;
	}
	digits.end = at;
	if (!digits.start)
		digits.start = at;
	if (digits.any)
		*end = at;
	if (digits.any && (*at | 0x20) == letter)
		digits.exponent = read_exponent(at + 1, end);
	return digits;
}

static struct nolibc_binary read_hexadecimal(
	const struct nolibc_precision *precision, const char *text, const char **end)
{
	struct digits digits = read_digits(text, 16, 'p', end);
	unsigned __int128 mantissa = 0;
	int exponent = digits.before * 4 + digits.exponent;
	bool inexact = false;

	for (const char *at = digits.start; at < digits.end; at++) {
		if (*at == '.')
			continue;
		if (mantissa >> 120) {
			inexact |= *at != '0';
		} else {
			mantissa = mantissa << 4 | digit_of(*at);
			exponent -= 4;
		}
	}
	return nolibc_round(precision, mantissa, exponent, inexact);
}

static void set_digits(struct nolibc_decimal *decimal, const struct digits *digits)
{
	int place = digits->before + digits->exponent, digit = 0;
	uint32_t word = 0;

	/* The first word's digits end where the point, or a multiple of their number before or behind it, is. */
	decimal->point = (place + (place > 0 ? DECIMAL_DIGITS - 1 : 0)) / DECIMAL_DIGITS;
	digit = decimal->point * DECIMAL_DIGITS - place;
	for (const char *at = digits->start; at < digits->end || digit; digit++) {
		if (digit == DECIMAL_DIGITS) {
			if (decimal->count < decimal->capacity)
				decimal->words[decimal->count++] = word;
			else
				decimal->inexact |= word != 0;
			word = 0;
			digit = -1;
			continue;
		}
		if (at < digits->end && *at == '.')
			at++;
		word = word * 10 + (at < digits->end ? digit_of(*at++) : 0);
	}
	while (decimal->count && !decimal->words[decimal->count - 1])
		decimal->count--;
}

/* The whole part of a number that has at most four words of it. */
static unsigned __int128 whole_part(const struct nolibc_decimal *decimal)
{
	unsigned __int128 whole = 0;

	for (int i = 0; i < decimal->point; i++)
		whole = whole * DECIMAL_BASE + (i < decimal->count ? decimal->words[i] : 0);
	return whole;
}

/* Shift the number until its whole part has more bits than the format, and round that. */
static struct nolibc_binary round_decimal(const struct nolibc_precision *precision, struct nolibc_decimal *decimal)
{
	enum { WORDS = 4 };
	unsigned __int128 whole;
	int exponent = 0;

	for (; decimal->point > WORDS; exponent += DECIMAL_SHIFT)
		nolibc_decimal_halve(decimal, DECIMAL_SHIFT);
	while (whole = whole_part(decimal), whole >> precision->bits == 0) {
		unsigned bits = decimal->point > 0 ? DECIMAL_SHIFT : 29;

		nolibc_decimal_double(decimal, bits);
		exponent -= (int)bits;
	}
	return nolibc_round(precision, whole, exponent, decimal->inexact || decimal->count > decimal->point);
}

static struct nolibc_binary read_decimal(const struct nolibc_precision *precision, const char *text, const char **end)
{
	struct digits digits = read_digits(text, 10, 'e', end);
	int place = digits.before + digits.exponent;
	uint32_t words[precision->words];
	struct nolibc_decimal decimal = {.words = words, .capacity = precision->words};

	/* So far away that not even powers of 2 would do. */
	if (digits.start == digits.end)
		return (struct nolibc_binary){.kind = BINARY_FINITE};
	if (place < precision->lowest)
		return (struct nolibc_binary){.kind = BINARY_FINITE, .out_of_range = true};
	if (place > precision->highest + precision->bits)
		return (struct nolibc_binary){.kind = BINARY_INFINITE, .out_of_range = true};
	set_digits(&decimal, &digits);
	return round_decimal(precision, &decimal);
}

struct nolibc_binary nolibc_read_float(const struct nolibc_precision *precision, const char *text, const char **end)
{
	struct nolibc_binary result = {.kind = BINARY_FINITE};
	const char *start = text;
	bool negative = *text == '-';

	*end = text;
	if (*text == '-' || *text == '+')
		text++;
	if (has_word(text, "inf", end)) {
		result.kind = BINARY_INFINITE;
		has_word(text, "infinity", end);
	} else if (has_word(text, "nan", end)) {
		result.kind = BINARY_NAN;
		skip_brackets(end);
	} else if (text[0] == '0' && (text[1] | 0x20) == 'x' && begins_digits(text + 2)) {
		result = read_hexadecimal(precision, text + 2, end);
	} else {
		result = read_decimal(precision, text, end);
	}
	result.negative = negative && *end != start;
	return result;
}
