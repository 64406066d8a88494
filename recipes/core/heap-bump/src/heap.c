/*
 * A heap that only grows. A block has no header, so it costs its own size only; the price is that
 * realloc does not know how long the old block was and copies up to where the heap has come.
 */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

enum { ALIGNMENT = 16 }; /* of max_align_t */

static struct memory_range rest; /* what nobody has yet; starts aligned */
static void *last;               /* the block that was given last; only this one can grow in place */

#include "more.h"

/* Give the next `size` bytes, or a null pointer. A block of 0 bytes takes room too, so that its address is its own. */
static void *heap_bump_take(size_t alignment, size_t size)
{
	size_t room = rest.end - rest.start;
	size_t gap = -rest.start & (alignment - 1);

	size += !size;
	if (gap > room || size > room - gap) {
		if (grow(size > SIZE_MAX - alignment ? size : size + alignment))
			return heap_bump_take(alignment, size);
		errno = ENOMEM;
		return NULL;
	}
	last = (void *)(rest.start + gap);
	/* The range ends aligned, so that there is room for what rounding adds. */
	rest.start += (gap + size + ALIGNMENT - 1) & -(size_t)ALIGNMENT;
	return last;
}

void *malloc(size_t size)
{
	return heap_bump_take(ALIGNMENT, size);
}

void *calloc(size_t count, size_t size)
{
	size_t bytes;
	void *block;

	if (__builtin_mul_overflow(count, size, &bytes))
		bytes = SIZE_MAX; /* more than there can be, so that the heap refuses it */
	block = heap_bump_take(ALIGNMENT, bytes);
	return block ? memset(block, 0, bytes) : NULL;
}

void *realloc(void *block, size_t size)
{
	uintptr_t end = rest.start;
	void *moved;

	if (block && block == last)
		rest.start = (uintptr_t)block;
	moved = heap_bump_take(ALIGNMENT, size);
	if (!moved) {
		rest.start = end;
	} else if (block && block != moved) {
		size_t length = region_end((uintptr_t)block, end) - (uintptr_t)block;

		memcpy(moved, block, size < length ? size : length);
	}
	return moved;
}

void *aligned_alloc(size_t alignment, size_t size)
{
	if (alignment & (alignment - 1))
		return NULL;
	return heap_bump_take(alignment < ALIGNMENT ? ALIGNMENT : alignment, size);
}
