/*
 * Memory of the stack: cells up to a page, whole pages above. Of all that is free when the stack starts it takes at most a share, so that a flood of
 * packets or connections is refused by the stack and not felt by the program.
 */

#include "memory.h"

#include <stdint.h>

#include "cells.h"
#include "pages.h"
#include "string.h"

/* Before each piece; its own size in it. Keeps what follows aligned to 16. */
struct piece {
	size_t size;
	size_t unused;
};

static size_t in_use, most;

void lwip_memory_start(void)
{
	most = pages_free_count() / 100 * OPTION_MEMORY_PERCENT * PAGE_BYTES;
}

size_t lwip_memory_in_use(void)
{
	return in_use;
}

static size_t pages_of(size_t size)
{
	return (size + PAGE_BYTES - 1) / PAGE_BYTES;
}

void *lwip_memory_take(size_t size)
{
	size_t whole = size + sizeof(struct piece);
	struct piece *piece;

	if (whole < size || in_use + whole > most)
		return NULL;
	piece = whole <= CELLS_MOST ? cells_take(whole) : pages_take(pages_of(whole));
	if (!piece)
		return NULL;
	piece->size = whole;
	in_use += whole;
	return piece + 1;
}

void *lwip_memory_take_zeroed(size_t count, size_t size)
{
	void *memory = lwip_memory_take(count * size);

	return memory ? memset(memory, 0, count * size) : NULL;
}

void lwip_memory_give(void *memory)
{
	struct piece *piece = (struct piece *)memory - 1;
	size_t whole = piece->size;

	in_use -= whole;
	if (whole <= CELLS_MOST)
		cells_give(piece, whole);
	else
		pages_give(piece, pages_of(whole));
}
