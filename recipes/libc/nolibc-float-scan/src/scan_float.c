/* Floats in the input of scanf: ISO C11, section 7.21.6.2. */

#include "nolibc_float_scan.h"

#include <stddef.h>
#include <string.h>

#include "nolibc_decimal.h"

/* What the last byte was; in the bits above, what came before it. */
enum state { START, SIGN, ZERO, DIGIT, POINT, LETTER, LETTER_SIGN, POWER, WORD, KINDS = 16 };

enum { HEXADECIMAL = 16, AFTER_POINT = 32, HAS_DIGIT = 64, PLACE = 128 /* of a letter in a word */, NAN_WORD = 4096 };

static unsigned state_in_word(unsigned state, char letter)
{
	const char *word = state & NAN_WORD ? "nan" : "infinity";
	unsigned place = state / PLACE & 15;

	return place < strlen(word) && word[place] == letter ? state + PLACE : 0;
}

static unsigned state_at_digit(unsigned state, unsigned kind, char byte)
{
	if (kind == LETTER || kind == LETTER_SIGN || kind == POWER)
		return byte <= '9' ? (state & ~(KINDS - 1U)) | POWER : 0;
	if (kind <= SIGN && byte == '0')
		return HAS_DIGIT | ZERO;
	return (state & ~(KINDS - 1U)) | HAS_DIGIT | DIGIT;
}

unsigned nolibc_float_state(unsigned state, char byte)
{
	unsigned kind = state % KINDS;
	char lower = (char)(byte | 0x20);
	bool hexadecimal = state & HEXADECIMAL;

	if (kind == WORD)
		return state_in_word(state, lower);
	if (byte == '-' || byte == '+') {
		if (kind == LETTER)
			return (state & ~(KINDS - 1U)) | LETTER_SIGN;
		return kind == START ? SIGN : 0;
	}
	if (kind <= SIGN && (lower == 'i' || lower == 'n'))
		return WORD | PLACE | (lower == 'n' ? NAN_WORD : 0);
	if (kind == ZERO && lower == 'x' && !(state & AFTER_POINT))
		return HEXADECIMAL | DIGIT;
	if (byte == '.')
		return kind < LETTER && !(state & AFTER_POINT) ? (state & ~(KINDS - 1U)) | AFTER_POINT | POINT : 0;
	if ((unsigned)(byte - '0') < 10 || (hexadecimal && kind < LETTER && (unsigned)(lower - 'a') < 6))
		return state_at_digit(state, kind, byte);
	if (lower == (hexadecimal ? 'p' : 'e') && state & HAS_DIGIT && kind < LETTER)
		return (state & ~(KINDS - 1U)) | LETTER;
	return 0;
}

bool nolibc_scan_float(const char *text, char modifier, void *to)
{
	const struct nolibc_precision *precision = modifier == 'L' ? &nolibc_extended : modifier == 'l' ? &nolibc_double : &nolibc_single;
	const char *end;
	struct nolibc_binary value = nolibc_read_float(precision, text, &end);

	/* A part of a float is none: 1e, or 0x. */
	if (end == text || *end)
		return false;
	if (!to)
		return true;
	if (modifier == 'L')
		*(long double *)to = nolibc_make_extended(&value);
	else if (modifier == 'l')
		*(double *)to = nolibc_make_double(&value);
	else
		*(float *)to = nolibc_make_single(&value);
	return true;
}
