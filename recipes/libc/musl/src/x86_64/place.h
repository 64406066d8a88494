#ifndef PLACE_H
#define PLACE_H

/*
 * Where a thread's own data and its thread-locals are in its block `room`: the thread pointer points at the data, and the
 * thread-locals end there ("ELF Handling For Thread-Local Storage", section 3, variant II).
 */

#include "pthread_impl.h"

struct place {
	struct pthread *self;
	char *variables;
};

static inline struct place place_in(char *room, size_t size, size_t align)
{
	char *variables = (char *)(((size_t)room + align - 1) & -align);

	return (struct place){(struct pthread *)(variables + ((size + align - 1) & -align)), variables};
}

#endif
