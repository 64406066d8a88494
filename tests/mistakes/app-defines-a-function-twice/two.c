#include "util.h"

int helper(void)
{
	return 2;
}

int other(void)
{
	return helper();
}
