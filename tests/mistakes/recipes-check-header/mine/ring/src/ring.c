#include <stddef.h>
#include "ring.h"

int ring_sum(int a, int b)
{
	return a + b;
}

size_t ring_room(void)
{
	return 0;
}
