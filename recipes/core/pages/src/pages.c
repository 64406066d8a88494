/*
 * Runs of free pages, each with its size and the next run written into its first page, in the order of their addresses.
 *
 * First fit: a run is taken from the front of the first that is large enough, so that memory is used from its lower
 * end and who takes again often gets what follows. Taking and giving walk the list; it has few members, for
 * neighbours merge at once and heaps take their memory in large pieces.
 */

#include "pages.h"

#include <stdint.h>

struct run {
	size_t count; /* pages */
	struct run *next;
};

static struct run *first;
static size_t free_count;

struct memory_range pages_range;

/* The address behind the run. */
static uintptr_t end_of(const struct run *run)
{
	return (uintptr_t)run + run->count * PAGE_BYTES;
}

/* The composer calls this before main; no header of ours needs it. */
void pages_start(void)
{
	pages_range = machine_free_memory();
	free_count = (pages_range.end - pages_range.start) / PAGE_BYTES;
	if (free_count == 0)
		return;
	first = (struct run *)pages_range.start;
	*first = (struct run){free_count, NULL};
}

/* Take `count` pages out of the run at `*link`, which has them from `start` on. */
static void cut(struct run **link, uintptr_t start, size_t count)
{
	struct run *run = *link, *next = run->next;
	uintptr_t end = start + count * PAGE_BYTES;
	size_t behind = (end_of(run) - end) / PAGE_BYTES;
	free_count -= count;
	if (behind > 0) {
		struct run *rest = (struct run *)end;
		*rest = (struct run){behind, next};
		next = rest;
	}
	if (start == (uintptr_t)run) {
		*link = next;
	} else {
		run->count = (start - (uintptr_t)run) / PAGE_BYTES;
		run->next = next;
	}
}

void *pages_take(size_t count)
{
	struct run **link = &first;
	while (*link && (*link)->count < count)
		link = &(*link)->next;
	struct run *run = *link;
	if (run && count > 0)
		cut(link, (uintptr_t)run, count);
	return count > 0 ? run : NULL;
}

bool pages_take_at(void *start, size_t count)
{
	uintptr_t address = (uintptr_t)start;
	struct run **link = &first;
	while (*link && end_of(*link) <= address)
		link = &(*link)->next;
	if (!*link || (uintptr_t)*link > address || (end_of(*link) - address) / PAGE_BYTES < count)
		return false;
	if (count > 0)
		cut(link, address, count);
	return true;
}

void pages_give(void *start, size_t count)
{
	struct run *before = NULL, *after = first, *run = start;
	if (count == 0)
		return;
	while (after && after < run) {
		before = after;
		after = after->next;
	}
	uintptr_t end = (uintptr_t)run + count * PAGE_BYTES;
	if ((before && end_of(before) > (uintptr_t)run) || (after && (uintptr_t)after < end))
		__builtin_trap(); /* given twice; to go on would give the pages to two owners */
	free_count += count;
	*run = (struct run){count, after};
	if (after && (uintptr_t)after == end)
		*run = (struct run){count + after->count, after->next};
	if (!before) {
		first = run;
	} else if (end_of(before) == (uintptr_t)run) {
		*before = (struct run){before->count + run->count, run->next};
	} else {
		before->next = run;
	}
}

size_t pages_free_count(void)
{
	return free_count;
}
