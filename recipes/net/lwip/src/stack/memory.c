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

/* A quarter is never shared out. */
size_t lwip_memory_share(void)
{
	enum { LEAST = 2048, SHARES = 8 };
	size_t shared = most / 4 * 3;

	return LEAST + (in_use < shared ? (shared - in_use) / SHARES : 0);
}

/* What a piece takes in truth. */
static size_t rounded(size_t whole)
{
	return whole <= CELLS_MOST ? cells_size(whole) : (whole + PAGE_BYTES - 1) & -(size_t)PAGE_BYTES;
}

void *lwip_memory_take(size_t size)
{
	size_t whole = rounded(size + sizeof(struct piece));
	struct piece *piece;

	if (whole < size || in_use + whole > most)
		return NULL;
	piece = whole <= CELLS_MOST ? cells_take(whole) : pages_take(whole / PAGE_BYTES);
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
		pages_give(piece, whole / PAGE_BYTES);
}
