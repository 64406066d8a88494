/* getrandom of the kernel, which waits until it has enough and is not cut short for so few bytes. */

#include "entropy.h"

#include "linux_call.h"

bool entropy_read(void *bytes, size_t size)
{
	return linux_call(LINUX_GETRANDOM, (long)bytes, (long)size, 0, 0) == (long)size;
}
