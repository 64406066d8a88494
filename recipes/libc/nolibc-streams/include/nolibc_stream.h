#ifndef NOLIBC_STREAM_H
#define NOLIBC_STREAM_H

/* Streams of a program that opens files, for the rest of stdio. Context: thread. */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Write or hold back `length` bytes; false: an error, of which errno and ferror know. */
bool nolibc_stream_put(FILE *stream, const void *bytes, size_t length);

#endif
