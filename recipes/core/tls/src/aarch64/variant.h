#ifndef VARIANT_H
#define VARIANT_H

/*
 * Where thread-local variables are, seen from the thread pointer ("ELF Handling For Thread-Local Storage", section 3,
 * variant I; its size in "ELF for the Arm 64-bit Architecture", "Thread Local Storage"): after two words that belong to
 * the C library. `block` is aligned as they must be.
 */

#include <stdint.h>

#include "image.h"

static inline char *tls_variables(char *block)
{
	uintptr_t align = (uintptr_t)image_tls_align;

	return block + ((2 * sizeof(void *) + align - 1) & -align);
}

static inline void *tls_pointer(char *block)
{
	return block;
}

#endif
