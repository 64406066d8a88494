#include "util.h"

int helper(void)
{
	return 1;
}
