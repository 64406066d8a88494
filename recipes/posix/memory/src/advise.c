/* Advice about mappings, and questions. All of them are always in memory, and what is mapped of a file is a copy. */

#include "mapping.h"
#include "sys_calls.h"

enum { ADVICE_MOST = 25, PAGES_HERE = 1 };

/* Clear a page that may not be writable. */
static bool clear(char *page, uint8_t *state)
{
	uint8_t allowed = *state;
	mapping_allow(page, state, 1, MAPPING_READ_WRITE);
	__builtin_memset(page, 0, PAGE_BYTES);
	return mapping_allow(page, state, 1, allowed);
}

long sys_madvise(void *start, size_t size, int advice)
{
	size_t count = mapping_pages(size);
	if ((uintptr_t)start % PAGE_BYTES != 0 || advice < 0 || advice > ADVICE_MOST)
		return -SYS_EINVAL;
	uint8_t *states = mapping_states(start, count);
	if (count > 0 && (!states || !mapping_is_all(states, count)))
		return -SYS_ENOMEM;
	for (size_t i = 0; i < count && advice == SYS_MADV_DONTNEED; i++)
		if (!clear((char *)start + i * PAGE_BYTES, states + i))
			return -SYS_ENOMEM;
	return 0;
}

long sys_msync(void *start, size_t size, int flags)
{
	enum { ASYNC = 1, SYNC = 4, KNOWN = 7 };
	if ((uintptr_t)start % PAGE_BYTES != 0 || flags & ~KNOWN || (flags & (ASYNC | SYNC)) == (ASYNC | SYNC))
		return -SYS_EINVAL;
	const uint8_t *states = mapping_states(start, mapping_pages(size));
	return states && mapping_is_all(states, mapping_pages(size)) ? 0 : -SYS_ENOMEM;
}

long sys_mincore(void *start, size_t size, unsigned char *pages)
{
	size_t count = mapping_pages(size);
	if ((uintptr_t)start % PAGE_BYTES != 0)
		return -SYS_EINVAL;
	const uint8_t *states = mapping_states(start, count);
	if (!states || !mapping_is_all(states, count))
		return -SYS_ENOMEM;
	__builtin_memset(pages, PAGES_HERE, count);
	return 0;
}
