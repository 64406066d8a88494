/*
 * Cells of 32 bytes, 64, and so on up to a page. A size of which none is free gets half of a cell of the next size, and at last of
 * a page. Halves are never joined again: what a program has had of one size it will want again.
 */

#include "cells.h"

#include "pages.h"

enum { SMALLEST_LOG2 = 5, SIZES = 8 };
_Static_assert(CELLS_MOST - PAGE_BYTES == 0 && (1 << (SMALLEST_LOG2 + SIZES - 1)) == PAGE_BYTES, "the largest is a page");

struct cell {
	struct cell *next;
};

static struct cell *free_cells[SIZES];

/* Which of the sizes has room for `size` bytes. */
static unsigned rank_of(size_t size)
{
	unsigned last = (unsigned)__builtin_clzl(1) - (unsigned)__builtin_clzl((size - 1) | 1); /* the highest bit of the last byte's number */

	return last < SMALLEST_LOG2 ? 0 : last - SMALLEST_LOG2 + 1;
}

static void put(struct cell *cell, unsigned rank)
{
	cell->next = free_cells[rank];
	free_cells[rank] = cell;
}

void *cells_take(size_t size)
{
	unsigned wanted = rank_of(size), rank = wanted;
	struct cell *cell;

	while (rank < SIZES - 1 && !free_cells[rank])
		rank++;
	cell = free_cells[rank];
	if (cell)
		free_cells[rank] = cell->next;
	else
		cell = pages_take(1); /* of the size for whole pages none is kept */
	while (cell && rank > wanted) {
		rank--;
		put((struct cell *)((char *)cell + ((size_t)1 << (SMALLEST_LOG2 + rank))), rank);
	}
	return cell;
}

void cells_give(void *cell, size_t size)
{
	unsigned rank = rank_of(size);

	if (rank == SIZES - 1)
		pages_give(cell, 1);
	else
		put(cell, rank);
}
