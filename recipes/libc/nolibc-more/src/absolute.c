/* Absolute values: ISO C11, section 7.22.6.1. */

#include <stdlib.h>

int abs(int number)
{
	return number < 0 ? -number : number;
}

long labs(long number)
{
	return number < 0 ? -number : number;
}

long long llabs(long long number)
{
	return number < 0 ? -number : number;
}
