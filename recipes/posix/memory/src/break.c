/*
 * The break: memory that grows at one end. Pages are taken from the lower end of memory first, so it begins in the upper
 * quarter, which it has for itself until the rest is used up. Nothing is kept for it: an image that never moves the
 * break has all memory for the rest.
 */

#include "mapping.h"
#include "sys_calls.h"

static uintptr_t now; /* 0: never asked for */

static uintptr_t up_to_page(uintptr_t address)
{
	return (address + PAGE_BYTES - 1) & -(uintptr_t)PAGE_BYTES;
}

long sys_brk(void *wanted)
{
	uintptr_t first = pages_range.end - (pages_range.end - pages_range.start) / 4 / PAGE_BYTES * PAGE_BYTES;
	uintptr_t end = (uintptr_t)wanted;
	if (now == 0)
		now = first;
	if (end < first || end > pages_range.end)
		return (long)now;
	char *old_end = (char *)up_to_page(now), *new_end = (char *)up_to_page(end);
	size_t more = new_end > old_end ? (size_t)(new_end - old_end) / PAGE_BYTES : 0;
	size_t less = new_end < old_end ? (size_t)(old_end - new_end) / PAGE_BYTES : 0;
	uint8_t *states = mapping_states(more > 0 ? old_end : new_end, more + less);
	if (more > 0) {
		if (!states || !pages_take_at(old_end, more))
			return (long)now;
		mapping_begin(old_end, states, more);
	} else if (less > 0) {
		mapping_end(new_end, states, less);
	}
	now = end;
	return (long)now;
}
