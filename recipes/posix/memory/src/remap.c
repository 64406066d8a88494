/* mremap: in place where the pages behind are free, else by a copy. */

#include "mapping.h"
#include "sys_calls.h"

/* Let a mapping of `old_count` pages have `count`, which is more, in place. */
static bool grow(char *start, uint8_t *states, size_t old_count, size_t count)
{
	char *end = start + old_count * PAGE_BYTES;
	if (!mapping_states(start, count) || !pages_take_at(end, count - old_count))
		return false;
	mapping_begin(end, states + old_count, count - old_count);
	return true;
}

/* Move what is mapped to `count` pages elsewhere; NULL if there are not so many. */
static char *move(char *start, uint8_t *states, size_t old_count, size_t count)
{
	char *moved = pages_take(count);
	if (!moved)
		return NULL;
	mapping_allow(start, states, old_count, MAPPING_READ_WRITE);
	__builtin_memcpy(moved, start, old_count * PAGE_BYTES);
	mapping_end(start, states, old_count);
	uint8_t *moved_states = mapping_states(moved, count);
	__builtin_memset(moved_states, MAPPING_READ_WRITE, old_count);
	mapping_begin(moved + old_count * PAGE_BYTES, moved_states + old_count, count - old_count);
	return moved;
}

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
	if (count <= old_count) {
		mapping_end(place + count * PAGE_BYTES, states + count, old_count - count);
		return (long)place;
	}
	uint8_t allowed = *states;
	if (!grow(place, states, old_count, count))
		place = flags & SYS_MREMAP_MAYMOVE ? move(place, states, old_count, count) : NULL;
	if (!place)
		return -SYS_ENOMEM;
	states = mapping_states(place, count);
	return mapping_allow(place, states, count, allowed) ? (long)place : -SYS_ENOMEM;
}
