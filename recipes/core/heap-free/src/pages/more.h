/*
 * The heap shares memory with others, and takes pages as it grows; it gives none back. Part of heap.c.
 *
 * Each region ends with an end mark of its own, and `heap` spans them all. What others have between two regions holds no
 * block, so that a pointer into it is found out by its state or its neighbour like any other that is wrong.
 */

#include "pages.h"

enum { PIECE = 16 }; /* pages; what is taken at a time, unless a block needs more */

static uintptr_t newest_end; /* the address behind the newest region's end mark */

/* Let the heap span this region too, if the lists can still tell sizes apart that large. */
static bool span(uintptr_t start, uintptr_t end)
{
	uintptr_t lowest = heap.end == 0 || start < heap.start ? start : heap.start;
	uintptr_t highest = end > heap.end ? end : heap.end;

	if (highest - lowest > HEAP_LIMIT)
		return false;
	heap = (struct memory_range){lowest, highest};
	return true;
}

/* A free block of `size` bytes at `block`, with an end mark behind it. */
static void lay(struct block *block, size_t size)
{
	block->tagged = size | STATE_USED;
	after(block)->before = size;
	after(block)->tagged = STATE_USED;
	newest_end = (uintptr_t)after(block) + HEADER_SIZE;
	release(block);
}

/* Go on in `count` pages behind the newest region, if they are free. */
static bool go_on_there(size_t count)
{
	uintptr_t start = newest_end, end = start + count * PAGE_BYTES;

	if (start == 0 || !pages_take_at((void *)start, count))
		return false;
	if (!span(start, end)) {
		pages_give((void *)start, count);
		return false;
	}
	lay((struct block *)(start - HEADER_SIZE), end - start); /* the end mark becomes the block's header */
	return true;
}

/* Go on in `count` pages that are anywhere. */
static bool go_on_elsewhere(size_t count)
{
	uintptr_t start = (uintptr_t)pages_take(count), end = start + count * PAGE_BYTES;

	if (start == 0)
		return false;
	if (!span(start, end)) {
		pages_give((void *)start, count);
		return false;
	}
	((struct block *)start)->before = 0;
	lay((struct block *)start, end - start - HEADER_SIZE);
	return true;
}

/* Bytes of the free block that ends the newest region; 0: there is none. */
static size_t tail_size(void)
{
	struct block *mark = (struct block *)(newest_end - HEADER_SIZE), *last;

	if (newest_end == 0)
		return 0;
	last = at_distance(mark, -mark->before);
	return state_of(last) == STATE_FREE ? size_of(last) : 0;
}

/* Whether the heap has grown, so that a block of `size` bytes fits; small ones make it grow by a piece, if there is one. */
static bool grow(size_t size)
{
	size_t whole, missing;

	if (size > HEAP_LIMIT)
		return false;
	size = block_size(size);
	whole = (size + HEADER_SIZE + PAGE_BYTES - 1) / PAGE_BYTES;
	missing = (size - tail_size() + PAGE_BYTES - 1) / PAGE_BYTES; /* no free block is large enough, the last neither */
	return (missing < PIECE && go_on_there(PIECE)) || go_on_there(missing) ||
	       (whole < PIECE && go_on_elsewhere(PIECE)) || go_on_elsewhere(whole);
}
