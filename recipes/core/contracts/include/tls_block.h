#ifndef TLS_BLOCK_H
#define TLS_BLOCK_H

/*
 * The block of a thread's own thread-local variables ("ELF Handling For Thread-Local Storage", section 3), laid out like
 * image_tls_block: aligned as image_tls_align says, with what the architecture keeps beside the variables.
 */

#include <stddef.h>
#include <stdint.h>

#include "image.h"

enum { TLS_BESIDE = 16 }; /* bytes at either end of the variables */

static inline size_t tls_aligned(size_t size)
{
	size_t align = (uintptr_t)image_tls_align;
	return (size + align - 1) & -align;
}

/* Bytes of a block. */
static inline size_t tls_size(void)
{
	return tls_aligned((uintptr_t)image_tls_end - (uintptr_t)image_tls_start) + 2 * tls_aligned(TLS_BESIDE);
}

#ifdef __aarch64__

/* Variant I ("ELF for the Arm 64-bit Architecture", "Thread Local Storage"): after two words that belong to the C library. */
static inline char *tls_variables(char *block)
{
	return block + tls_aligned(TLS_BESIDE);
}

static inline void *tls_pointer(char *block)
{
	return block;
}

static inline void *tls_pointer_in_use(void)
{
	void *pointer;
	__asm__("mrs %0, tpidr_el0" : "=r"(pointer));
	return pointer;
}

#else

/* Variant II: they end where the thread pointer points, and the word there holds its own address. */
static inline char *tls_variables(char *block)
{
	return block;
}

static inline void *tls_pointer(char *block)
{
	size_t size = (uintptr_t)image_tls_end - (uintptr_t)image_tls_start;
	void **pointer = (void **)(block + tls_aligned(size));
	*pointer = pointer;
	return pointer;
}

static inline void *tls_pointer_in_use(void)
{
	void *pointer;
	__asm__("mov %%fs:0, %0" : "=r"(pointer));
	return pointer;
}

#endif

#endif
