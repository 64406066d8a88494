/* mprotect: rights of pages, kept by the processor. */

#include "mapping.h"
#include "sys_calls.h"

long sys_mprotect(void *start, size_t size, int protection)
{
	size_t count = mapping_pages(size);
	if ((uintptr_t)start % PAGE_BYTES != 0)
		return -SYS_EINVAL;
	if (count == 0)
		return 0;
	if (protection & SYS_PROT_EXEC)
		return -SYS_EACCES; /* code is in the image, and nowhere else */
	uint8_t *states = mapping_states(start, count);
	if (!states || !mapping_is_all(states, count) ||
	    !mapping_allow(start, states, count, mapping_allowed(protection)))
		return -SYS_ENOMEM;
	return 0;
}
