/* Which pages are mapped, with what rights: a byte for each page that the machine had at the start, from the first mapping on. */

#include "mapping.h"

#include "sys_types.h"

static uint8_t *all;

enum mapping mapping_allowed(int protection)
{
	if (protection & SYS_PROT_WRITE)
		return MAPPING_READ_WRITE;
	return protection & SYS_PROT_READ ? MAPPING_READ : MAPPING_NO_ACCESS;
}

uint8_t *mapping_states(const void *start, size_t count)
{
	uintptr_t address = (uintptr_t)start;
	size_t total = (pages_range.end - pages_range.start) / PAGE_BYTES;
	if (address < pages_range.start || address >= pages_range.end ||
	    count > (pages_range.end - address) / PAGE_BYTES)
		return NULL;
	if (!all) {
		all = pages_take(mapping_pages(total));
		if (!all)
			return NULL;
		__builtin_memset(all, MAPPING_NONE, total);
	}
	return all + (address - pages_range.start) / PAGE_BYTES;
}

bool mapping_is_all(const uint8_t *states, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (states[i] == MAPPING_NONE)
			return false;
	return true;
}

bool mapping_allow(void *start, uint8_t *states, size_t count, enum mapping allowed)
{
	static const uint8_t rights[] = {
		[MAPPING_READ_WRITE] = PAGE_READ_WRITE, [MAPPING_READ] = PAGE_READ, [MAPPING_NO_ACCESS] = PAGE_NO_ACCESS};
	size_t same = 0;
	while (same < count && states[same] == allowed)
		same++;
	if (same == count)
		return true;
	/* If it fails halfway, what did not change must not pass for writable. */
	__builtin_memset(states, MAPPING_NO_ACCESS, count);
	if (!page_rights_set(start, count, rights[allowed]))
		return false;
	__builtin_memset(states, allowed, count);
	return true;
}

void mapping_begin(void *start, uint8_t *states, size_t count)
{
	__builtin_memset(start, 0, count * PAGE_BYTES);
	__builtin_memset(states, MAPPING_READ_WRITE, count);
}

void mapping_end(void *start, uint8_t *states, size_t count)
{
	for (size_t i = 0; i < count;) {
		size_t first = i;
		while (i < count && states[i] != MAPPING_NONE)
			i++;
		void *run = (char *)start + first * PAGE_BYTES;
		if (i > first) {
			mapping_allow(run, states + first, i - first, MAPPING_READ_WRITE); /* never fails */
			__builtin_memset(states + first, MAPPING_NONE, i - first);
			pages_give(run, i - first);
		}
		i += i == first;
	}
}
