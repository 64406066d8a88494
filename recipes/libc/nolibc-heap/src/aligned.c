/* Aligned blocks as POSIX asks for them. */

#include <errno.h>
#include <stdlib.h>

int posix_memalign(void **block, size_t alignment, size_t size)
{
	int before = errno;
	void *made;

	if (alignment < sizeof(void *) || alignment & (alignment - 1))
		return EINVAL;
	made = aligned_alloc(alignment, size);
	errno = before;
	if (!made)
		return ENOMEM;
	*block = made;
	return 0;
}
