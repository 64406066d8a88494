#ifndef NOLIBC_CONVERSION_H
#define NOLIBC_CONVERSION_H

/* What the parts of nolibc_format share. Context: that of the caller. */

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "nolibc_format.h"

/* A flag's bit is its character's distance from the space, the first of them. */
enum flag {
	FLAG_SPACE = 1 << (' ' - ' '),
	FLAG_ALTERNATE = 1 << ('#' - ' '),
	FLAG_PLUS = 1 << ('+' - ' '),
	FLAG_LEFT = 1 << ('-' - ' '),
	FLAG_ZERO = 1 << ('0' - ' '),
	FLAGS = FLAG_SPACE | FLAG_ALTERNATE | FLAG_PLUS | FLAG_LEFT | FLAG_ZERO,
};

enum {
	/* The prefix, and the digits of the longest number: in octal, with a leading zero. */
	BUFFER_SIZE = 2 + (sizeof(uintmax_t) * CHAR_BIT + 2) / 3 + 1,
	LOWER_CASE = 'a' - 'A',
};

struct formatter {
	struct nolibc_sink *sink;
	const char *at; /* the next character of the format */
	va_list arguments;
	size_t total; /* bytes put so far */
};

/* One conversion: what stands between % and its letter, and then what it becomes. */
struct conversion {
	unsigned flags;
	unsigned width;
	int precision;        /* negative: none */
	unsigned unused_bits; /* of a uintmax_t that holds the argument */
	const char *body;
	unsigned length;        /* of `body` */
	unsigned prefix_length; /* of a sign or 0x, in the first bytes of the buffer */
};

/* Put `count` bytes; with a `stride` of 0 they are all the first one. */
typedef void put_bytes(struct formatter *formatter, const char *bytes, size_t count, size_t stride);

#endif
