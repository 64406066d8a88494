#include "ring.h"

int nobody_has(int a);

int ring_sum(int a, int b)
{
	return a + nobody_has(b);
}
