#include <stdlib.h>

#include "state.h"

void prepare(void)
{
	if (!malloc(1))
		abort();
}
