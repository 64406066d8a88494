#ifndef NOLIBC_FLOATS_H
#define NOLIBC_FLOATS_H

#include "conversion.h"
#include "nolibc_float_format.h"

#define LETTER(letter) (UINT64_C(1) << ((letter) - 'A') | UINT64_C(1) << ((letter) + LOWER_CASE - 'A'))
#define LETTERS (LETTER('A') | LETTER('E') | LETTER('F') | LETTER('G'))

struct float_output {
	struct formatter *formatter;
	put_bytes *put;
};

static void put_float(void *output, const char *bytes, size_t count, size_t stride)
{
	const struct float_output *to = output;

	to->put(to->formatter, bytes, count, stride);
}

/* Fetch and put a float, after which nothing is left to be put. False: the letter means none. */
static bool convert_float(struct formatter *formatter, struct conversion *conversion, put_bytes *put)
{
	struct float_output output = {formatter, put};
	struct nolibc_float_conversion wanted = {
		.flags = conversion->flags, .width = conversion->width, .precision = conversion->precision};

	if (*formatter->at == 'L') {
		wanted.is_long = true;
		formatter->at++;
	}
	wanted.letter = *formatter->at;
	if ((unsigned)wanted.letter - 'A' > 'g' - 'A' || !(LETTERS >> (wanted.letter - 'A') & 1))
		return false;
	nolibc_format_float(&wanted, &formatter->arguments, put_float, &output);
	conversion->width = 0;
	conversion->precision = 0;
	return true;
}

#endif
