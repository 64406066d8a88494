/* The formats of scanf and its family: ISO C11, section 7.21.6.2. Floats are another recipe's. */

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "scan_floats.h"
#include "source.h"

enum { SET_WORDS = 4, WORD_BITS = 64 };

/* One conversion of the format, and where its value goes. */
struct scan {
	struct nolibc_source *source;
	size_t width;   /* bytes that may still be taken */
	int size;       /* bytes of the integer */
	char modifier;  /* the last letter of the length modifier */
	void *to;       /* null: the value is thrown away */
};

enum outcome { STORED, MISMATCH, ENDED };

static bool has_byte(const struct scan *scan)
{
	return scan->width && nolibc_source_look(scan->source) != EOF;
}

static void take(struct scan *scan)
{
	scan->width--;
	nolibc_source_take(scan->source);
}

static void skip_space(struct nolibc_source *source)
{
	while (isspace(nolibc_source_look(source)))
		nolibc_source_take(source);
}

static void store(const struct scan *scan, uintmax_t value)
{
	/* Of a value in this byte order the lowest bytes come first. */
	if (scan->to)
		memcpy(scan->to, &value, (size_t)scan->size);
}

static unsigned digit_at(const struct scan *scan)
{
	int byte = has_byte(scan) ? scan->source->byte : EOF;

	if (!isalnum(byte))
		return UINT32_MAX;
	return (unsigned)(isdigit(byte) ? byte - '0' : tolower(byte) - 'a' + 10);
}

/* The prefix of a number, of which only 0x may follow a digit that is taken: true if that digit was a number by itself. */
static bool scan_prefix(struct scan *scan, unsigned *base)
{
	if (digit_at(scan) != 0 || (*base != 0 && *base != 16))
		return false;
	take(scan);
	if (has_byte(scan) && tolower(scan->source->byte) == 'x') {
		*base = 16;
		take(scan);
		return false;
	}
	if (*base == 0)
		*base = 8;
	return true;
}

static enum outcome scan_integer(struct scan *scan, unsigned base, bool is_signed)
{
	bool negative = false, overflow = false, any;
	uintmax_t value = 0, limit;

	if (has_byte(scan) && (scan->source->byte == '-' || scan->source->byte == '+')) {
		negative = scan->source->byte == '-';
		take(scan);
	}
	any = scan_prefix(scan, &base);
	if (base == 0)
		base = 10;
	for (unsigned digit; digit = digit_at(scan), digit < base; take(scan)) {
		any = true;
		overflow |= __builtin_mul_overflow(value, base, &value);
		overflow |= __builtin_add_overflow(value, digit, &value);
	}
	if (!any)
		return MISMATCH;
	limit = is_signed ? (uintmax_t)INTMAX_MAX + negative : UINTMAX_MAX;
	if (overflow || value > limit) {
		value = limit;
		negative &= is_signed;
	}
	store(scan, negative ? -value : value);
	return STORED;
}

/* Bytes as they are, or those of a set; with `text` they are ended by a 0. */
static enum outcome scan_bytes(struct scan *scan, const uint64_t *set, bool text)
{
	char *to = scan->to;
	size_t count = 0;

	for (; has_byte(scan); take(scan), count++) {
		unsigned byte = (unsigned)scan->source->byte;

		if (!(set[byte / WORD_BITS] >> byte % WORD_BITS & 1))
			break;
		if (to)
			to[count] = (char)byte;
	}
	if (!count || (!text && scan->width))
		return !count && nolibc_source_look(scan->source) == EOF ? ENDED : MISMATCH;
	if (to && text)
		to[count] = '\0';
	return STORED;
}

static void fill(uint64_t *set, unsigned first, unsigned last)
{
	for (; first <= last; first++)
		set[first / WORD_BITS] |= UINT64_C(1) << first % WORD_BITS;
}

/* The set between brackets; `format` is behind the first one, the result at the last. */
static const char *read_set(const char *format, uint64_t *set)
{
	bool others = *format == '^';
	const char *first = format += others;

	memset(set, 0, SET_WORDS * sizeof(*set));
	for (; *format && (*format != ']' || format == first); format++) {
		unsigned from = (unsigned char)*format;

		if (format[1] == '-' && format[2] && format[2] != ']')
			format += 2;
		fill(set, from, (unsigned char)*format);
	}
	for (int i = 0; others && i < SET_WORDS; i++)
		set[i] = ~set[i];
	return format;
}

/* Everything but white space. */
static void set_of_words(uint64_t *set)
{
	memset(set, 0xff, SET_WORDS * sizeof(*set));
	set[0] &= ~(UINT64_C(1) << ' ' | UINT64_C(0x1f) << '\t');
}

static int read_size(const char **format, char *modifier)
{
	int size = sizeof(int);

	for (;; (*format)++) {
		switch (**format) {
		case 'h':
			size = size == sizeof(int) ? sizeof(short) : sizeof(char);
			break;
		case 'l':
		case 'j':
		case 'z':
		case 't':
		case 'L':
			size = sizeof(intmax_t);
			break;
		default:
			return size;
		}
		*modifier = **format;
	}
}

static enum outcome convert(struct scan *scan, const char **format)
{
	uint64_t set[SET_WORDS];
	char letter = **format;

	switch (letter) {
	case 'c':
		memset(set, 0xff, sizeof(set));
		if (scan->width == SIZE_MAX)
			scan->width = 1;
		return scan_bytes(scan, set, false);
	case 's':
		set_of_words(set);
		return scan_bytes(scan, set, true);
	case '[':
		*format = read_set(*format + 1, set);
		return scan_bytes(scan, set, true);
	case 'd':
		return scan_integer(scan, 10, true);
	case 'i':
		return scan_integer(scan, 0, true);
	case 'u':
		return scan_integer(scan, 10, false);
	case 'o':
		return scan_integer(scan, 8, false);
	case 'p':
		scan->size = sizeof(void *);
		/* fall through */
	case 'x':
	case 'X':
		return scan_integer(scan, 16, false);
	default:
		return scan_float(scan->source, scan->width, letter, scan->modifier, scan->to) ? STORED : MISMATCH;
	}
}

static size_t read_width(const char **format)
{
	size_t width = 0;

	for (; isdigit((unsigned char)**format); (*format)++)
		width = width * 10 + (size_t)(**format - '0');
	return width ? width : SIZE_MAX;
}

/* One directive that begins with %; `format` is behind that and goes to its last byte. */
static enum outcome scan_one(struct nolibc_source *source, const char **format, va_list *arguments, int *count)
{
	bool thrown_away = **format == '*';
	struct scan scan = {.source = source};
	enum outcome outcome;

	*format += thrown_away;
	scan.width = read_width(format);
	scan.size = read_size(format, &scan.modifier);
	if (**format == '%') {
		skip_space(source);
		if (nolibc_source_look(source) != '%')
			return source->byte == EOF ? ENDED : MISMATCH;
		nolibc_source_take(source);
		return STORED;
	}
	if (!thrown_away)
		scan.to = va_arg(*arguments, void *);
	if (**format == 'n') {
		store(&scan, source->taken);
		return STORED;
	}
	if (**format != 'c' && **format != '[')
		skip_space(source);
	if (nolibc_source_look(source) == EOF)
		return ENDED;
	outcome = convert(&scan, format);
	*count += outcome == STORED && !thrown_away;
	return outcome;
}

int nolibc_scan(struct nolibc_source *source, const char *format, va_list arguments)
{
	enum outcome outcome = STORED;
	int count = 0;
	va_list rest;

	va_copy(rest, arguments);
	for (; *format && outcome == STORED; format++) {
		if (isspace((unsigned char)*format)) {
			skip_space(source);
		} else if (*format == '%') {
			format++;
			outcome = scan_one(source, &format, &rest, &count);
			if (!*format)
				break;
		} else if (nolibc_source_look(source) == (unsigned char)*format) {
			nolibc_source_take(source);
		} else {
			outcome = source->byte == EOF ? ENDED : MISMATCH;
		}
	}
	va_end(rest);
	/* A value that was thrown away is none, as other libraries have it. */
	return outcome == ENDED && !count ? EOF : count;
}
