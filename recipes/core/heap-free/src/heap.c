/*
 * A heap that takes blocks back.
 *
 * Blocks lie side by side, each with its own size and that of the one before it, so that a block which
 * is freed merges with free neighbours at once. Free blocks hang in 64 lists by size, two for each power
 * of two; one word tells which lists have any, so that finding a block, splitting and merging take
 * constant time. (First fit needs no lists, but its time grows with the number of blocks. TLSF's two
 * levels of lists fit closer, but need a second word for each power of two and code to keep it.)
 *
 * The state of a block is one of two bit patterns in the low bits of its size. Together with the size
 * that the neighbour remembers they show a double free, a pointer which never was a block, and a
 * block that was written past its end.
 */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

struct block {
	size_t before; /* bytes of the block before this one; 0: there is none */
	size_t tagged; /* bytes of this block with its header, and its state in the low bits */
	/* What follows exists only in a free block; in a used one the caller's bytes begin here. */
	struct block *next;
	struct block **link; /* where the pointer to this block stands */
};

enum {
	ALIGNMENT = 16, /* of max_align_t */
	HEADER_SIZE = offsetof(struct block, next),
	STATE_MASK = ALIGNMENT - 1,
	STATE_USED = 0x5,
	STATE_FREE = 0xa,
	LISTS = 64,
	FIRST_LIST_LOG2 = 4, /* one less than the smallest block needs, so that each list has one before it */
};
_Static_assert(HEADER_SIZE == ALIGNMENT && sizeof(struct block) == 2 * ALIGNMENT, "blocks keep the alignment");

/* What the lists can tell apart; memory beyond it stays unused. */
#define HEAP_LIMIT ((size_t)1 << 35)

#define OVERWRITTEN "heap: block overwritten or never allocated"

static struct block *lists[LISTS];
static uint64_t filled;          /* bit i: lists[i] has a block */
static struct memory_range heap; /* from the first block to the end mark, a used block of 0 bytes */

static size_t size_of(const struct block *block)
{
	return block->tagged & ~(size_t)STATE_MASK;
}

static unsigned state_of(const struct block *block)
{
	return block->tagged & STATE_MASK;
}

static struct block *at_distance(const struct block *block, size_t bytes)
{
	return (struct block *)((uintptr_t)block + bytes);
}

static struct block *after(const struct block *block)
{
	return at_distance(block, size_of(block));
}

static _Noreturn void misused(const char *message)
{
	puts(message);
	abort();
}

/* Stop the program if a block and the one after it disagree, so that one of them was overwritten. */
static void check(const struct block *block)
{
	uintptr_t address = (uintptr_t)block;

	if (address < heap.start || address >= heap.end || size_of(block) < sizeof(*block) ||
	    size_of(block) > heap.end - address || after(block)->before != size_of(block))
		misused(OVERWRITTEN);
}

/* The list for free blocks of `size` bytes: two lists for each power of two. */
static unsigned list_of(size_t size)
{
	unsigned log2 = (unsigned)(63 - __builtin_clzl(size));

	return 2 * (log2 - FIRST_LIST_LOG2) + (size >> (log2 - 1) & 1);
}

static void detach(struct block *block)
{
	unsigned list;

	check(block);
	list = list_of(size_of(block));
	if (*block->link != block)
		misused(OVERWRITTEN);
	*block->link = block->next;
	if (block->next)
		block->next->link = block->link;
	if (!lists[list])
		filled &= ~(UINT64_C(1) << list);
}

static void attach(struct block *block, size_t size)
{
	struct block **link = &lists[list_of(size)];

	block->tagged = size | STATE_FREE;
	after(block)->before = size;
	block->next = *link;
	block->link = link;
	if (*link)
		(*link)->link = &block->next;
	*link = block;
	filled |= UINT64_C(1) << (link - lists);
}

/* Make a block free, as one with its free neighbours. */
static void release(struct block *block)
{
	size_t size = size_of(block);
	struct block *next = after(block), *previous = at_distance(block, -block->before);

	/* It stays marked inside a larger free block, so that freeing it once more is noticed. */
	block->tagged = size | STATE_FREE;
	if (state_of(next) == STATE_FREE) {
		detach(next);
		size += size_of(next);
	}
	if (previous != block && state_of(previous) == STATE_FREE) {
		detach(previous);
		size += size_of(previous);
		block = previous;
	}
	attach(block, size);
}

/* Make a used block `size` bytes long if what is cut off can be a block. */
static void trim(struct block *block, size_t size)
{
	size_t tail_size = size_of(block) - size;
	struct block *tail = at_distance(block, size);

	if (tail_size < sizeof(struct block))
		return;
	block->tagged = size | STATE_USED;
	tail->before = size;
	tail->tagged = tail_size;
	release(tail);
}

/* The block around `bytes` which the caller says to own. */
static struct block *owned(void *bytes)
{
	struct block *block = at_distance(bytes, -(size_t)HEADER_SIZE);

	if ((uintptr_t)block % ALIGNMENT)
		misused(OVERWRITTEN);
	if (state_of(block) == STATE_FREE)
		misused("heap: double free");
	if (state_of(block) != STATE_USED)
		misused(OVERWRITTEN);
	check(block);
	return block;
}

/* Bytes of a block for `size` bytes of the caller, who asks for no more than the heap's size. */
static size_t block_size(size_t size)
{
	return (size + !size + HEADER_SIZE + ALIGNMENT - 1) & -(size_t)ALIGNMENT;
}

/*
 * The first block of the first list in which every block is large enough. Only if there is none, look
 * through the list below, where some may be: a loop only when the heap is nearly used up.
 */
static struct block *find(size_t size)
{
	unsigned list = list_of(size - 1) + 1;
	uint64_t candidates = filled >> list << list;
	struct block *block;

	if (candidates)
		return lists[__builtin_ctzl(candidates)];
	for (block = lists[list - 1]; block && size_of(block) < size; block = block->next)
		;
	return block;
}

#include "more.h"

/* A used block for `size` bytes, or a null pointer. */
static struct block *take(size_t size)
{
	struct block *block = size <= heap.end - heap.start ? find(block_size(size)) : NULL;

	if (!block && grow(size))
		block = find(block_size(size));
	if (!block) {
		errno = ENOMEM;
		return NULL;
	}
	detach(block);
	block->tagged = size_of(block) | STATE_USED;
	trim(block, block_size(size));
	return block;
}

static void *bytes_of(struct block *block)
{
	return block ? at_distance(block, HEADER_SIZE) : NULL;
}

void *malloc(size_t size)
{
	return bytes_of(take(size));
}

void *calloc(size_t count, size_t size)
{
	size_t length;
	void *bytes;

	if (__builtin_mul_overflow(count, size, &length))
		length = SIZE_MAX; /* more than there can be, so that the heap refuses it */
	bytes = bytes_of(take(length));
	return bytes ? memset(bytes, 0, length) : NULL;
}

void free(void *bytes)
{
	if (bytes)
		release(owned(bytes));
}

/* Take a free neighbour in, if both together have `size` bytes. */
static void extend(struct block *block, size_t size)
{
	struct block *next = after(block);

	if (state_of(next) == STATE_FREE && size_of(block) + size_of(next) >= size) {
		detach(next);
		block->tagged += size_of(next);
		after(block)->before = size_of(block);
	}
}

void *realloc(void *bytes, size_t size)
{
	struct block *block, *moved;

	if (!bytes)
		return malloc(size);
	block = owned(bytes);
	if (size <= heap.end - heap.start) {
		if (size_of(block) < block_size(size))
			extend(block, block_size(size));
		if (size_of(block) >= block_size(size)) {
			trim(block, block_size(size));
			return bytes;
		}
	}
	moved = take(size);
	if (moved) {
		memcpy(bytes_of(moved), bytes, size_of(block) - HEADER_SIZE);
		release(block);
	}
	return bytes_of(moved);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	struct block *front, *block;
	size_t gap, reserved;

	if (alignment <= ALIGNMENT)
		return malloc(size);
	size += !size;
	/* Room to move the block to an aligned place, with a block of its own before it. */
	if (alignment & (alignment - 1) || __builtin_add_overflow(size, alignment + ALIGNMENT, &reserved))
		return NULL;
	front = take(reserved);
	if (!front)
		return NULL;
	block = front;
	gap = -(uintptr_t)bytes_of(front) & (alignment - 1);
	if (gap) {
		if (gap < sizeof(struct block))
			gap += alignment;
		block = at_distance(front, gap);
		block->tagged = (size_of(front) - gap) | STATE_USED;
		after(block)->before = size_of(block);
		front->tagged = gap;
		release(front);
	}
	trim(block, block_size(size));
	return bytes_of(block);
}
