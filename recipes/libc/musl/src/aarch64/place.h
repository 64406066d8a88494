#ifndef PLACE_H
#define PLACE_H

/*
 * Where a thread's own data and its thread-locals are in its block `room`: the data ends at the thread pointer, and the
 * thread-locals begin two words behind it ("ELF Handling For Thread-Local Storage", section 3, variant I).
 */

#include "pthread_impl.h"

struct place {
	struct pthread *self;
	char *variables;
};

static inline struct place place_in(char *room, size_t size, size_t align)
{
	char *pointer = (char *)(((size_t)room + sizeof(struct pthread) + align - 1) & -align);

	(void)size;
	return (struct place){(struct pthread *)pointer - 1, pointer + ((GAP_ABOVE_TP + align - 1) & -align)};
}

#endif
