/* The heap shares memory with others, and takes pages as it grows. Part of heap.c. */

#include "pages.h"

enum { PIECE = 16 }; /* pages; what is taken at a time, unless a block needs more */

/* What stands at the front of each region: where the one before it is, the first having none. */
struct region {
	struct region *before;
	uintptr_t end; /* of the region before */
};

static struct region *newest;

/* Go on in `count` pages: behind the last ones if they are free, else elsewhere. */
static bool go_on(size_t count)
{
	if (rest.end != 0 && pages_take_at((void *)rest.end, count)) {
		rest.end += count * PAGE_BYTES;
		return true;
	}
	struct region *region = pages_take(count);
	if (!region)
		return false;
	*region = (struct region){newest, rest.end};
	newest = region;
	rest = (struct memory_range){(uintptr_t)(region + 1), (uintptr_t)region + count * PAGE_BYTES};
	return true;
}

/* Whether the heap has grown, so that `size` bytes may fit. */
static bool grow(size_t size)
{
	if (size > SIZE_MAX / 2)
		return false;
	size_t count = (size + sizeof(struct region) + PAGE_BYTES - 1) / PAGE_BYTES;
	return (count < PIECE && go_on(PIECE)) || go_on(count);
}

/* Where blocks end in the region that `block` is in; the heap had come to `end`, in that region or another. */
static uintptr_t region_end(uintptr_t block, uintptr_t end)
{
	uintptr_t limit = rest.end;

	for (struct region *region = newest; block < (uintptr_t)region || block >= limit; region = region->before)
		limit = region->end;
	return block < end && end < limit ? end : limit;
}
