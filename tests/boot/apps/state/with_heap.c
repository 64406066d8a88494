#include <stdlib.h>

#include "state.h"

uintptr_t prepare(void)
{
	void *first = malloc(1);

	if (!first)
		abort();
	return (uintptr_t)first;
}
