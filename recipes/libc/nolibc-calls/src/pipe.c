/* Pipes. */

#include <unistd.h>

#include "calls.h"

int pipe2(int ends[2], int flags)
{
	return (int)calls_result(sys_pipe2(ends, flags));
}
