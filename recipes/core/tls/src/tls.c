/*
 * Sets up the thread-local variables of the only thread. Their block is zero at first, so only those that have a first
 * value are written. They are at home in the block alone: the image's own copy is never used again.
 */

#include <stddef.h>
#include <stdint.h>

#include "image.h"
#include "thread_pointer.h"
#include "tls_block.h"

void tls_start(void);

void tls_start(void)
{
	size_t count = (uintptr_t)image_tls_bytes_end - (uintptr_t)image_tls_start;
	char *variables = tls_variables(image_tls_block);

	for (size_t place = 0; place < count; place++)
		variables[place] = image_tls_start[place];
	thread_pointer_set(tls_pointer(image_tls_block));
}
