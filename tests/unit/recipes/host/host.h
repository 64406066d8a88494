#ifndef HOST_H
#define HOST_H

/*
 * What the test programs share: random numbers, a verdict, and a console that remembers.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"

/* The canary of objects that are compiled as in an image; weak, because glibc has one of its own on aarch64. */
__attribute__((weak)) uintptr_t __stack_chk_guard = 0x5eed00;

static uint64_t random_state = 0x9e3779b97f4a7c15;

/* Numbers of a xorshift generator (Marsaglia, 2003): the same ones in every run. */
static uint64_t random_word(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static inline size_t random_below(size_t bound)
{
	return (random_word() >> 16) % bound;
}

#define CHECK(condition, ...)                                                 \
	do {                                                                  \
		if (!(condition)) {                                           \
			fprintf(stderr, "%s:%d: ", __FILE__, __LINE__);       \
			fprintf(stderr, __VA_ARGS__);                         \
			fprintf(stderr, "\n  wanted: %s\n", #condition);      \
			exit(1);                                              \
		}                                                             \
	} while (0)

static char written[1 << 16];
static size_t written_length, write_calls;

void console_write(const void *bytes, size_t length)
{
	CHECK(written_length + length <= sizeof(written), "more output than the test expects");
	memcpy(written + written_length, bytes, length);
	written_length += length;
	write_calls++;
}

static inline void forget_written(void)
{
	written_length = write_calls = 0;
}

static const char *input = "";

size_t console_read(void *bytes, size_t size)
{
	size_t length = strlen(input);

	if (length > size)
		length = size;
	memcpy(bytes, input, length);
	input += length;
	return length;
}

#endif
