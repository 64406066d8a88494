#include "state.h"

uintptr_t prepare(void)
{
	return 0;
}
