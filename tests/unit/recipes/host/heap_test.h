#ifndef HEAP_TEST_H
#define HEAP_TEST_H

/*
 * What the tests of both heaps share: the memory that the heap gets, blocks that know their content, and
 * how a heap stops the program.
 */

#include "host.h"

#include "machine.h"

#include <errno.h>
#include <unistd.h>

void *tested_malloc(size_t size);
void *tested_calloc(size_t count, size_t size);
void *tested_realloc(void *block, size_t size);
void *tested_aligned_alloc(size_t alignment, size_t size);

int tested_errno;

enum { PAGE_SIZE = 4096, HEAP_SIZE = 64 * PAGE_SIZE, GUARD = 0x5a };

/* With bytes before and after it which the heap must not touch. */
static _Alignas(PAGE_SIZE) unsigned char memory[PAGE_SIZE + HEAP_SIZE + PAGE_SIZE];
static size_t heap_size = HEAP_SIZE;

struct memory_range machine_free_memory(void)
{
	uintptr_t start = (uintptr_t)memory + PAGE_SIZE;

	return (struct memory_range){start, start + heap_size};
}

/* Memory after a reset holds anything. */
static inline void fill_memory(void)
{
	memset(memory, GUARD, sizeof(memory));
}

static inline void check_guards(void)
{
	for (size_t i = 0; i < PAGE_SIZE; i++)
		CHECK(memory[i] == GUARD && memory[PAGE_SIZE + HEAP_SIZE + i] == GUARD, "bytes outside the heap at %zu", i);
}

/* What the heap says when it stops the program; and the text with which it may. */
static char stop_message[100];
static const char *expected_stop;

enum { STOPPED_RIGHTLY = 77 };

void machine_end(enum ending how, uint8_t status)
{
	CHECK(0, "ended with %c %d", how, status);
	exit(1);
}

int tested_puts(const char *text)
{
	snprintf(stop_message, sizeof(stop_message), "%s", text);
	return 0;
}

_Noreturn void tested_abort(void)
{
	CHECK(expected_stop && !strcmp(stop_message, expected_stop), "the heap stops: %s", stop_message);
	_exit(STOPPED_RIGHTLY);
}

void *tested_memcpy(void *to, const void *from, size_t length)
{
	return memcpy(to, from, length);
}

void *tested_memset(void *to, int byte, size_t length)
{
	return memset(to, byte, length);
}

struct owned {
	unsigned char *bytes;
	size_t size;
	unsigned char first; /* byte i holds first + i */
};

static inline void fill_owned(struct owned *owned)
{
	owned->first = (unsigned char)random_word();
	for (size_t i = 0; i < owned->size; i++)
		owned->bytes[i] = (unsigned char)(owned->first + i);
}

static inline void check_owned(const struct owned *owned, size_t size)
{
	for (size_t i = 0; i < size; i++)
		CHECK(owned->bytes[i] == (unsigned char)(owned->first + i), "byte %zu of %zu has changed", i, owned->size);
}

/* A fresh block lies in the heap, aligned. */
static inline void check_place(const void *block, size_t size, size_t alignment)
{
	uintptr_t start = (uintptr_t)block, heap = (uintptr_t)memory + PAGE_SIZE;

	CHECK(start % alignment == 0, "%p is not aligned to %zu", block, alignment);
	CHECK(start >= heap && start + size <= heap + heap_size, "%p is outside the heap", block);
}

/* Requests that no heap can grant, though sums and products of them may look small. */
static inline void check_refusals(void)
{
	static const size_t sizes[] = {HEAP_SIZE + 1, SIZE_MAX / 2, SIZE_MAX - 4096, SIZE_MAX - 31, SIZE_MAX - 15, SIZE_MAX};
	void *block = tested_malloc(8);

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		tested_errno = 0;
		CHECK(!tested_malloc(sizes[i]) && tested_errno == ENOMEM, "malloc of %#zx", sizes[i]);
		CHECK(!tested_realloc(block, sizes[i]), "realloc to %#zx", sizes[i]);
		CHECK(!tested_calloc(1, sizes[i]) && !tested_calloc(sizes[i], 1), "calloc of %#zx", sizes[i]);
		CHECK(!tested_aligned_alloc(64, sizes[i]), "aligned_alloc of %#zx", sizes[i]);
	}
	tested_errno = 0;
	CHECK(!tested_calloc(SIZE_MAX / 2, 4) && tested_errno == ENOMEM, "calloc of a product that wraps");
	CHECK(!tested_calloc((size_t)1 << 32, (size_t)1 << 32), "calloc of a product that wraps to 0");
	CHECK(!tested_aligned_alloc((size_t)1 << 63, 1), "aligned_alloc beyond all memory");
	CHECK(!tested_aligned_alloc(48, 1), "aligned_alloc to no power of two");
	CHECK(tested_realloc(block, 16) == block, "the block is still there");
}

#endif
