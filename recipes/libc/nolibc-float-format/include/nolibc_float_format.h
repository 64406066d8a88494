#ifndef NOLIBC_FLOAT_FORMAT_H
#define NOLIBC_FLOAT_FORMAT_H

/* The capability `libc.float-format`: conversions of floats for printf and its family. Context: that of the caller. */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* A flag's bit is its character's distance from the space. */
struct nolibc_float_conversion {
	unsigned flags;
	unsigned width;
	int precision; /* negative: none */
	char letter;   /* one of aAeEfFgG */
	bool is_long;  /* the argument is a long double */
};

/* Put `count` bytes; with a `stride` of 0 they are all the first one. */
typedef void nolibc_put(void *formatter, const char *bytes, size_t count, size_t stride);

/*
 * Fetch the next of `arguments` and put its text: ISO C11, section 7.21.6.1; correctly rounded, ties to even.
 * Merged code must not have it inside functions that may not use the floats' registers.
 */
__attribute__((noinline)) void nolibc_format_float(
	const struct nolibc_float_conversion *conversion, va_list *arguments, nolibc_put *put, void *formatter);

#endif
