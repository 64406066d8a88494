/* Floats as text: ISO C11, section 7.21.6.1. The digits are exact, and rounded once. */

#include "nolibc_float_format.h"

#include <float.h>
#include <stdint.h>
#include <string.h>

#include "nolibc_decimal.h"

enum {
	FLAG_SPACE = 1 << (' ' - ' '),
	FLAG_ALTERNATE = 1 << ('#' - ' '),
	FLAG_PLUS = 1 << ('+' - ' '),
	FLAG_LEFT = 1 << ('-' - ' '),
	FLAG_ZERO = 1 << ('0' - ' '),
	LOWER_CASE = 'a' - 'A',
	HEXADECIMAL_DIGITS = 32, /* of the longest mantissa, and some */
	LONGEST_MANTISSA = LDBL_MANT_DIG,
};

/* Digits without zeros at either end: 0.d0 d1 d2 ... times the base to the power of `point`. */
struct digits {
	char *text;
	int count;
	int point;
};

/* What stands around and between the digits. */
struct layout {
	char prefix[4]; /* the sign, and 0x */
	unsigned prefix_length;
	int whole;    /* digits before the point */
	int fraction; /* digits behind it */
	bool has_point;
	bool is_finite;
	char suffix[8]; /* the exponent */
	unsigned suffix_length;
};

struct output {
	nolibc_put *put;
	void *formatter;
};

static void put(const struct output *output, const char *bytes, size_t count, size_t stride)
{
	if (count)
		output->put(output->formatter, bytes, count, stride);
}

/* Put `count` digits from number `first` on; those before and behind what there is are zeros. */
static void put_digits(const struct output *output, const struct digits *digits, long first, long count)
{
	long before = first < 0 ? -first : 0, inside;

	if (before > count)
		before = count;
	first += before;
	inside = first < digits->count ? digits->count - first : 0;
	if (inside > count - before)
		inside = count - before;
	put(output, "0", (size_t)before, 0);
	put(output, digits->text + first, (size_t)inside, 1);
	put(output, "0", (size_t)(count - before - inside), 0);
}

/* Keep `keep` digits, rounded; a carry out of the first one moves the point. */
static void round_digits(struct digits *digits, long keep)
{
	char *text = digits->text;
	int count = (int)keep;
	bool up;

	if (keep >= digits->count)
		return;
	if (keep < 0)
		count = 0;
	up = keep >= 0 && (text[count] > '5' || (text[count] == '5' && (count + 1 < digits->count ||
		(count && text[count - 1] & 1))));
	while (up && count && text[count - 1] == '9')
		count--;
	if (up && count) {
		text[count - 1]++;
	} else if (up) {
		text[0] = '1';
		count = 1;
		digits->point++;
	}
	while (count && text[count - 1] == '0')
		count--;
	digits->count = count;
}

/* The digits of a finite number, in `text`, which has room for those of all words. */
static struct digits decimal_digits(const struct nolibc_decimal *decimal, char *text)
{
	struct digits digits = {text, decimal->count * DECIMAL_DIGITS, decimal->point * DECIMAL_DIGITS};

	for (int i = 0; i < decimal->count; i++) {
		uint32_t word = decimal->words[i];

		for (int j = DECIMAL_DIGITS; j-- > 0; word /= 10)
			text[i * DECIMAL_DIGITS + j] = (char)('0' + word % 10);
	}
	for (; digits.count && *digits.text == '0'; digits.text++, digits.count--)
		digits.point--;
	while (digits.count && digits.text[digits.count - 1] == '0')
		digits.count--;
	return digits;
}

static void set_suffix(struct layout *layout, char letter, int exponent, int least)
{
	char reversed[6];
	unsigned magnitude = (unsigned)(exponent < 0 ? -exponent : exponent);
	int count = 0;

	layout->suffix[layout->suffix_length++] = letter;
	layout->suffix[layout->suffix_length++] = exponent < 0 ? '-' : '+';
	for (; magnitude || count < least; magnitude /= 10)
		reversed[count++] = (char)('0' + magnitude % 10);
	while (count)
		layout->suffix[layout->suffix_length++] = reversed[--count];
}

/* e, f and g: how many digits there are, and where. */
static void lay_out_decimal(struct layout *layout, const struct nolibc_float_conversion *conversion, struct digits *digits)
{
	char style = (char)(conversion->letter | LOWER_CASE);
	bool is_general = style == 'g', alternate = conversion->flags & FLAG_ALTERNATE;
	long precision = conversion->precision < 0 ? 6 : conversion->precision;
	int exponent;

	if (is_general && !precision)
		precision = 1;
	round_digits(digits, style == 'f' ? digits->point + precision : precision + (style == 'e'));
	exponent = digits->count ? digits->point - 1 : 0;
	if (is_general) {
		style = exponent < -4 || exponent >= precision ? 'e' : 'f';
		precision -= style == 'e' ? 1 : 1 + exponent;
		if (!alternate) {
			int useful = digits->count - (style == 'e' ? 1 : digits->count ? digits->point : 1);

			if (precision > useful)
				precision = useful < 0 ? 0 : useful;
		}
	}
	if (style == 'e') {
		set_suffix(layout, (char)('E' | (conversion->letter & LOWER_CASE)), exponent, 2);
		digits->point = 1;
	}
	layout->whole = digits->count && digits->point > 0 ? digits->point : 1;
	layout->fraction = (int)precision;
	layout->has_point = precision || alternate;
}

/* a: the first digit is 1, but for zero and where rounding makes it 2. */
static void lay_out_hexadecimal(
	struct layout *layout, const struct nolibc_float_conversion *conversion, struct nolibc_binary value, struct digits *digits)
{
	enum { FIRST_BIT = 124 };
	unsigned __int128 mantissa = value.mantissa, one = 1;
	int precision = conversion->precision, exponent = value.exponent + FIRST_BIT;
	char letter_case = conversion->letter & LOWER_CASE;

	while (mantissa && !(mantissa >> FIRST_BIT)) {
		mantissa <<= 1;
		exponent--;
	}
	if (precision >= 0 && precision < FIRST_BIT / 4) {
		unsigned __int128 half = one << (FIRST_BIT - 4 * precision - 1), rest = mantissa & (half + half - 1);

		mantissa -= rest;
		if (rest > half || (rest == half && mantissa & (half + half)))
			mantissa += half + half;
	}
	for (unsigned __int128 bits = mantissa; bits || !digits->count; bits <<= 4) {
		unsigned digit = (unsigned)(bits >> FIRST_BIT);

		digits->text[digits->count++] = (char)(digit < 10 ? '0' + digit : 'A' - 10 + digit + (unsigned)letter_case);
	}
	digits->point = 1;
	memcpy(layout->prefix + layout->prefix_length, letter_case ? "0x" : "0X", 2);
	layout->prefix_length += 2;
	set_suffix(layout, (char)('P' | letter_case), mantissa ? exponent : 0, 1);
	layout->whole = 1;
	layout->fraction = precision < 0 ? digits->count - 1 : precision;
	layout->has_point = layout->fraction || conversion->flags & FLAG_ALTERNATE;
}

static void put_number(const struct output *output, const struct nolibc_float_conversion *conversion,
	const struct layout *layout, const struct digits *digits)
{
	size_t length = (size_t)layout->prefix_length + layout->suffix_length + layout->has_point;
	size_t padding = 0;
	bool zeros = (conversion->flags & (FLAG_ZERO | FLAG_LEFT)) == FLAG_ZERO && layout->is_finite;
	long point = digits->count ? digits->point : 1;

	length += (size_t)layout->whole + (size_t)layout->fraction;
	if (conversion->width > length)
		padding = conversion->width - length;
	if (!zeros && !(conversion->flags & FLAG_LEFT))
		put(output, " ", padding, 0);
	put(output, layout->prefix, layout->prefix_length, 1);
	if (zeros)
		put(output, "0", padding, 0);
	put_digits(output, digits, point > 0 ? 0 : point - 1, layout->whole);
	put(output, ".", layout->has_point, 1);
	put_digits(output, digits, point, layout->fraction);
	put(output, layout->suffix, layout->suffix_length, 1);
	if (conversion->flags & FLAG_LEFT)
		put(output, " ", padding, 0);
}

static void lay_out_word(struct layout *layout, char letter, bool is_nan, struct digits *digits)
{
	memcpy(digits->text, letter & LOWER_CASE ? is_nan ? "nan" : "inf" : is_nan ? "NAN" : "INF", 3);
	digits->count = digits->point = layout->whole = 3;
	layout->is_finite = false;
}

/* A finite number in decimal digits; its words and text take up to 25 KB of the stack, but for common numbers some 200 bytes. */
static void put_decimal(const struct output *output, const struct nolibc_float_conversion *conversion,
	const struct nolibc_binary *value, struct layout *layout)
{
	int exponent = value->exponent, capacity = nolibc_decimal_words(LONGEST_MANTISSA, exponent);
	uint32_t words[capacity];
	char text[capacity * DECIMAL_DIGITS];
	struct nolibc_decimal decimal = {.words = words, .capacity = capacity};
	struct digits digits;

	nolibc_decimal_set(&decimal, value->mantissa);
	while (exponent) {
		int bits = exponent < -DECIMAL_SHIFT ? -DECIMAL_SHIFT : exponent > DECIMAL_SHIFT ? DECIMAL_SHIFT : exponent;

		if (bits > 0)
			nolibc_decimal_double(&decimal, (unsigned)bits);
		else
			nolibc_decimal_halve(&decimal, (unsigned)-bits);
		exponent -= bits;
	}
	digits = decimal_digits(&decimal, text);
	lay_out_decimal(layout, conversion, &digits);
	put_number(output, conversion, layout, &digits);
}

static char sign_of(const struct nolibc_binary *value, unsigned flags)
{
	if (value->negative)
		return '-';
	if (flags & FLAG_PLUS)
		return '+';
	return flags & FLAG_SPACE ? ' ' : '\0';
}

void nolibc_format_float(
	const struct nolibc_float_conversion *conversion, va_list *arguments, nolibc_put *put, void *formatter)
{
	struct output output = {put, formatter};
	struct layout layout = {.is_finite = true};
	struct nolibc_binary value;
	char text[HEXADECIMAL_DIGITS];
	struct digits digits = {.text = text};

	if (conversion->is_long)
		value = nolibc_take_extended(va_arg(*arguments, long double));
	else
		value = nolibc_take_double(va_arg(*arguments, double));
	layout.prefix[0] = sign_of(&value, conversion->flags);
	layout.prefix_length = layout.prefix[0] != 0;
	if (value.kind != BINARY_FINITE) {
		lay_out_word(&layout, conversion->letter, value.kind == BINARY_NAN, &digits);
	} else if ((conversion->letter | LOWER_CASE) == 'a') {
		lay_out_hexadecimal(&layout, conversion, value, &digits);
	} else {
		put_decimal(&output, conversion, &value, &layout);
		return;
	}
	put_number(&output, conversion, &layout, &digits);
}
