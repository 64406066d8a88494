#include "other.h"

_Thread_local int other_number = 7;
static _Thread_local long calls;

long other_call(void)
{
	return ++calls;
}
