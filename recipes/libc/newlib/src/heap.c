/* newlib's own names of the heap's functions; the heap recipes have C's. Several threads would not change that. */

#include <malloc.h>
#include <reent.h>
#include <stdlib.h>

void *_malloc_r(struct _reent *unused, size_t size)
{
	(void)unused;
	return malloc(size);
}

void *_calloc_r(struct _reent *unused, size_t count, size_t size)
{
	(void)unused;
	return calloc(count, size);
}

void *_realloc_r(struct _reent *unused, void *block, size_t size)
{
	(void)unused;
	return realloc(block, size);
}

void _free_r(struct _reent *unused, void *block)
{
	(void)unused;
	free(block);
}
