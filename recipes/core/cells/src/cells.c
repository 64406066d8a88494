/*
 * Pages are cut into cells of one size each; what a page keeps of itself stands at its beginning. A page with no cell in use goes back, unless it is the
 * only one of its size with room: so a crowd that has gone leaves nothing behind, and who takes and gives one cell in turn does not have a page cut
 * each time.
 */

#include "cells.h"

#include <stdbool.h>
#include <stdint.h>

#include "pages.h"

enum { SIZES = 8, WHOLE = SIZES - 1, ALIGNMENT = 16, SMALLEST_LOG2 = 5 };
_Static_assert(CELLS_MOST - PAGE_BYTES == 0, "the largest is a page");

struct cell {
	struct cell *next;
};

/* The beginning of a page that was cut. */
struct cut {
	struct cut *next, **link; /* among those of its size that have room */
	struct cell *free;
	size_t in_use;
};
_Static_assert(sizeof(struct cut) % ALIGNMENT == 0, "what follows is aligned");

static struct cut *with_room[SIZES];

/* The room of a page is halved again and again. */
static size_t size_of(unsigned rank)
{
	return rank == WHOLE ? PAGE_BYTES : (PAGE_BYTES - sizeof(struct cut)) >> (WHOLE - 1 - rank) & -(size_t)ALIGNMENT;
}

static unsigned rank_of(size_t size)
{
	unsigned last = (unsigned)__builtin_clzl(1) - (unsigned)__builtin_clzl((size - 1) | 1); /* the highest bit of the last byte's number */
	unsigned rank = last < SMALLEST_LOG2 ? 0 : last - SMALLEST_LOG2;

	return rank + (size > size_of(rank)); /* each is a little smaller than a power of two */
}

size_t cells_size(size_t size)
{
	return size_of(rank_of(size));
}

static void enlist(struct cut *page, unsigned rank)
{
	page->next = with_room[rank];
	page->link = &with_room[rank];
	if (page->next)
		page->next->link = &page->next;
	with_room[rank] = page;
}

static void strike(struct cut *page)
{
	*page->link = page->next;
	if (page->next)
		page->next->link = page->link;
}

static struct cut *cut_page(unsigned rank)
{
	struct cut *page = pages_take(1);
	size_t size = size_of(rank);

	if (!page)
		return NULL;
	page->free = NULL;
	page->in_use = 0;
	for (uintptr_t cell = (uintptr_t)page + PAGE_BYTES - size; cell >= (uintptr_t)(page + 1); cell -= size) {
		((struct cell *)cell)->next = page->free;
		page->free = (struct cell *)cell;
	}
	enlist(page, rank);
	return page;
}

void *cells_take(size_t size)
{
	unsigned rank = rank_of(size);
	struct cut *page = with_room[rank];
	struct cell *cell;

	if (rank == WHOLE)
		return pages_take(1);
	if (!page)
		page = cut_page(rank);
	if (!page)
		return NULL;
	cell = page->free;
	page->free = cell->next;
	page->in_use++;
	if (!page->free)
		strike(page);
	return cell;
}

void cells_give(void *cell, size_t size)
{
	unsigned rank = rank_of(size);
	struct cut *page = (struct cut *)((uintptr_t)cell & -(uintptr_t)PAGE_BYTES);

	if (rank == WHOLE) {
		pages_give(cell, 1);
		return;
	}
	if (!page->free)
		enlist(page, rank);
	((struct cell *)cell)->next = page->free;
	page->free = cell;
	if (--page->in_use || (page->link == &with_room[rank] && !page->next))
		return;
	strike(page);
	pages_give(page, 1);
}
