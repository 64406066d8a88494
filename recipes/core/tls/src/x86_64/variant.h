#ifndef VARIANT_H
#define VARIANT_H

/*
 * Where thread-local variables are, seen from the thread pointer ("ELF Handling For Thread-Local Storage", section 3,
 * variant II): they end where it points, and the word there holds its own address. `block` is aligned as they must be.
 */

#include <stdint.h>

#include "image.h"

static inline char *tls_variables(char *block)
{
	return block;
}

static inline void *tls_pointer(char *block)
{
	uintptr_t align = (uintptr_t)image_tls_align;
	uintptr_t size = (uintptr_t)image_tls_end - (uintptr_t)image_tls_start;
	void **pointer = (void **)(block + ((size + align - 1) & -align));

	*pointer = pointer;
	return pointer;
}

#endif
