#ifndef PAGES_H
#define PAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "machine.h"

/*
 * The capability `pages`: the machine's free memory, shared by page between all who need much of it (heap, mappings,
 * files). Where it is in an image, it alone calls machine_free_memory. All pages can be read and written, and must be so again
 * when they are given back. Context of all: thread, and init calls behind level `early`.
 */

enum { PAGE_BYTES = 4096 };

/* Take `count` pages side by side, at the lowest address with room; their content is undefined. NULL: there is no room, or count is 0. */
void *pages_take(size_t count);

/* Take just the `count` pages from `start`, an address that ends a run of yours; false if they are not all free. */
bool pages_take_at(void *start, size_t count);

/* Give pages back, a whole run or any part of one; pages that are free already are a trap. */
void pages_give(void *start, size_t count);

/* How many pages are free, not all of them side by side. */
size_t pages_free_count(void);

/* Where all of them are, free or not; only to be read. */
extern struct memory_range pages_range;

#endif
