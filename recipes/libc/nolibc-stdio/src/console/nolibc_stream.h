#ifndef NOLIBC_STREAM_H
#define NOLIBC_STREAM_H

/*
 * Streams of a program that opens no file: each is only a name for the console, nothing is held back, and output has no
 * errors. (For one that does, nolibc-streams has a header of this name.) Context: thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "console.h"

struct nolibc_stream {
	bool ended;    /* an input function has met the end of the input */
	bool has_back; /* ungetc put `back` there */
	unsigned char back;
};

/* Write `length` bytes; false: not all of them. */
static inline bool nolibc_stream_put(FILE *stream, const void *bytes, size_t length)
{
	(void)stream;
	console_write(bytes, length);
	return true;
}

#endif
