/* mremap: in place where the pages behind are free, else by a copy. What cannot be done leaves the mapping as it was. */

#include "mapping.h"
#include "sys_calls.h"

/* Let a mapping of `old_count` pages have `count`, which is more, in place. */
static bool grow(char *start, uint8_t *states, size_t old_count, size_t count)
{
	char *end = start + old_count * PAGE_BYTES;
	if (!mapping_states(start, count) || !pages_take_at(end, count - old_count))
		return false;
	mapping_begin(end, states + old_count, count - old_count);
	if (mapping_allow(end, states + old_count, count - old_count, *states))
		return true;
	mapping_end(end, states + old_count, count - old_count);
	return false;
}

/* Move what is mapped to `count` pages elsewhere; NULL if there are not so many. */
static char *move(char *start, uint8_t *states, size_t old_count, size_t count)
{
	char *moved = pages_take(count);
	if (!moved)
		return NULL;
	enum mapping allowed = *states;
	uint8_t *moved_states = mapping_states(moved, count);
	__builtin_memset(moved_states, MAPPING_READ_WRITE, old_count);
	mapping_begin(moved + old_count * PAGE_BYTES, moved_states + old_count, count - old_count);
	mapping_allow(start, states, old_count, MAPPING_READ_WRITE);
	__builtin_memcpy(moved, start, old_count * PAGE_BYTES);
	if (mapping_allow(moved, moved_states, count, allowed)) {
		mapping_end(start, states, old_count);
		return moved;
	}
	mapping_end(moved, moved_states, count);
	mapping_allow(start, states, old_count, allowed); /* as before: the tables for it are there */
	return NULL;
}

/* The pages of one mapping have the same rights; of others the first page's are taken. */
long sys_mremap(void *start, size_t old_size, size_t new_size, int flags, void *wanted)
{
	size_t old_count = mapping_pages(old_size), count = mapping_pages(new_size);
	char *place = start;
	(void)wanted;
	if ((uintptr_t)start % PAGE_BYTES != 0 || old_count == 0 || count == 0 || flags & ~SYS_MREMAP_MAYMOVE)
		return -SYS_EINVAL;
	uint8_t *states = mapping_states(start, old_count);
	if (!states || !mapping_is_all(states, old_count))
		return -SYS_EFAULT;
	if (count <= old_count)
		mapping_end(place + count * PAGE_BYTES, states + count, old_count - count);
	else if (!grow(place, states, old_count, count))
		place = flags & SYS_MREMAP_MAYMOVE ? move(place, states, old_count, count) : NULL;
	return place ? (long)place : -SYS_ENOMEM;
}
