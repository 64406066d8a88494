/* Aligned memory by its older names; the heap recipes have C's functions. */

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

enum { PAGE_BYTES = 4096 };

int posix_memalign(void **block, size_t alignment, size_t size)
{
	if (alignment < sizeof(void *) || (alignment & (alignment - 1)))
		return EINVAL;
	*block = aligned_alloc(alignment, size);
	return *block ? 0 : ENOMEM;
}

void *memalign(size_t alignment, size_t size)
{
	return aligned_alloc(alignment, size);
}

void *valloc(size_t size)
{
	return aligned_alloc(PAGE_BYTES, size);
}
