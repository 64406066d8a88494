#include "ring.h"

unsigned long compressBound(unsigned long size);

int ring_sum(int a, int b)
{
	return a + compressBound(b);
}
