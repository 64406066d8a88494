/* The formats of printf and its family: ISO C11, section 7.21.6.1. Floats are another recipe's. */

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "conversion.h"
#include "floats.h"

/* Put `count` bytes; with a `stride` of 0 they are all the first one. */
static void put(struct formatter *formatter, const char *bytes, size_t count, size_t stride)
{
	formatter->total += count;
	for (; count; count--, bytes += stride)
		formatter->sink->put(formatter->sink, *bytes);
}

/*
 * The next argument, an integer or a pointer; the caller drops the bits that its type lacks. One type
 * serves for all, because each of them takes one register or one word of the stack, of 64 bits (System V ABI
 * for x86_64, section 3.5.7; AAPCS64, section 6.4.2).
 */
__attribute__((noinline)) static uintmax_t fetch(struct formatter *formatter)
{
	return va_arg(formatter->arguments, uintmax_t);
}

/* A width or a precision: digits or an asterisk; none is 0. */
static int read_number(struct formatter *formatter)
{
	unsigned number = 0;

	if (*formatter->at == '*') {
		formatter->at++;
		return (int)fetch(formatter);
	}
	for (; (unsigned)(*formatter->at - '0') < 10; formatter->at++)
		number = number * 10 + (unsigned)(*formatter->at - '0');
	return (int)number;
}

static unsigned read_flags(struct formatter *formatter)
{
	unsigned flags = 0, bit;

	for (; bit = (unsigned)(*formatter->at - ' '), bit < 32 && FLAGS >> bit & 1; formatter->at++)
		flags |= 1U << bit;
	return flags;
}

/* The length modifier, as the number of bits that the argument's type lacks. */
static unsigned read_length(struct formatter *formatter)
{
	enum { INT = 32, SHORT = 48, CHAR = 56, LONG = 0 } unused_bits = INT;

	for (;; formatter->at++) {
		switch (*formatter->at) {
		case 'h':
			unused_bits = unused_bits == INT ? SHORT : CHAR;
			break;
		case 'l':
		case 'j':
		case 't':
		case 'z':
			unused_bits = LONG;
			break;
		default:
			return unused_bits;
		}
	}
}

static struct conversion read_conversion(struct formatter *formatter)
{
	struct conversion conversion = {.flags = read_flags(formatter), .precision = -1};

	conversion.width = (unsigned)read_number(formatter);
	if ((int)conversion.width < 0) {
		conversion.flags |= FLAG_LEFT;
		conversion.width = -conversion.width;
	}
	if (*formatter->at == '.') {
		formatter->at++;
		conversion.precision = read_number(formatter);
	}
	conversion.unused_bits = read_length(formatter);
	return conversion;
}

/* Text has no zeros before it, so that its precision, once obeyed, is that of an empty number. */
static void convert_text(struct conversion *conversion, const char *text, unsigned length)
{
	conversion->body = text;
	conversion->length = length;
	conversion->precision = 0;
}

static void convert_string(struct conversion *conversion, const char *text)
{
	unsigned length = 0;

	if (!text)
		text = "(null)";
	/* No precision is a bound too, above what an int can count. */
	while (length != (unsigned)conversion->precision && text[length])
		length++;
	convert_text(conversion, text, length);
}

/* Write the digits of `value` backwards from `end`; the first of them is returned. */
static char *write_digits(char *end, uintmax_t value, unsigned base, unsigned letter_case)
{
	do {
		unsigned digit = (unsigned)(value % base);

		if (digit >= 10)
			digit += 'A' - 10 - '0' + letter_case;
		*--end = (char)(digit + '0');
	} while (value /= base);
	return end;
}

static void convert_number(struct conversion *conversion, uintmax_t value, char letter, char *buffer)
{
	char *const end = buffer + BUFFER_SIZE;
	char *at = end;
	unsigned base = 10;

	value <<= conversion->unused_bits;
	if (letter == 'd' || letter == 'i') {
		char sign = 0;

		value = (uintmax_t)((intmax_t)value >> conversion->unused_bits);
		if (conversion->flags & FLAG_SPACE)
			sign = ' ';
		if (conversion->flags & FLAG_PLUS)
			sign = '+';
		if ((intmax_t)value < 0) {
			sign = '-';
			value = -value;
		}
		buffer[0] = sign;
		conversion->prefix_length = sign != 0;
	} else {
		value >>= conversion->unused_bits;
		if (letter == 'o')
			base = 8;
		else if (letter != 'u')
			base = 16;
	}
	if (value || conversion->precision)
		at = write_digits(end, value, base, letter & LOWER_CASE);
	if (conversion->flags & FLAG_ALTERNATE) {
		if (base == 8 && (at == end || *at != '0'))
			*--at = '0';
		if (base == 16 && value) {
			buffer[0] = '0';
			buffer[1] = letter;
			conversion->prefix_length = 2;
		}
	}
	conversion->body = at;
	conversion->length = (unsigned)(end - at);
}

/* Fetch the argument of a conversion and make its text, perhaps in `buffer`. False: there is no such conversion. */
static bool convert(struct formatter *formatter, struct conversion *conversion, char *buffer)
{
	char letter = *formatter->at;

	switch (letter) {
	case '%':
		convert_text(conversion, formatter->at, 1);
		return true;
	case 'c':
	case 's':
		if (!conversion->unused_bits)
			return false; /* wide characters */
		if (letter == 's') {
			convert_string(conversion, (const char *)fetch(formatter));
			return true;
		}
		*buffer = (char)fetch(formatter);
		convert_text(conversion, buffer, 1);
		return true;
	case 'p':
		letter = 'x';
		conversion->unused_bits = 0;
		conversion->flags |= FLAG_ALTERNATE;
		/* fall through */
	case 'd':
	case 'i':
	case 'o':
	case 'u':
	case 'x':
	case 'X':
		convert_number(conversion, fetch(formatter), letter, buffer);
		return true;
	default:
		return convert_float(formatter, conversion, put);
	}
}

static void put_conversion(struct formatter *formatter, const struct conversion *conversion, const char *prefix)
{
	unsigned zeros = 0, spaces = 0, length = conversion->length;

	if (conversion->precision > (int)length)
		zeros = (unsigned)conversion->precision - length;
	length += zeros + conversion->prefix_length;
	if (conversion->width > length)
		spaces = conversion->width - length;
	if (conversion->precision < 0 && (conversion->flags & (FLAG_ZERO | FLAG_LEFT)) == FLAG_ZERO) {
		zeros = spaces;
		spaces = 0;
	}
	if (!(conversion->flags & FLAG_LEFT))
		put(formatter, " ", spaces, 0);
	put(formatter, prefix, conversion->prefix_length, 1);
	put(formatter, "0", zeros, 0);
	put(formatter, conversion->body, conversion->length, 1);
	if (conversion->flags & FLAG_LEFT)
		put(formatter, " ", spaces, 0);
}

/* The text up to the next percent sign, and in any case one byte. */
static void put_text(struct formatter *formatter)
{
	const char *start = formatter->at;

	while (formatter->at[1] && formatter->at[1] != '%')
		formatter->at++;
	put(formatter, start, (size_t)(formatter->at + 1 - start), 1);
}

int nolibc_format(struct nolibc_sink *sink, const char *format, va_list arguments)
{
	struct formatter formatter;
	bool converts = true;

	formatter.sink = sink;
	formatter.at = format;
	formatter.total = 0;
	va_copy(formatter.arguments, arguments);
	for (; *formatter.at; formatter.at++) {
		if (converts && *formatter.at == '%') {
			char buffer[BUFFER_SIZE];
			const char *start = formatter.at++;
			struct conversion conversion = read_conversion(&formatter);

			converts = convert(&formatter, &conversion, buffer);
			if (converts) {
				put_conversion(&formatter, &conversion, buffer);
				continue;
			}
			formatter.at = start;
		}
		put_text(&formatter);
	}
	va_end(formatter.arguments);
	return formatter.total > INT_MAX ? -1 : (int)formatter.total;
}
