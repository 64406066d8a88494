/* Pipes. */

#include <unistd.h>

#include "calls.h"

int pipe(int ends[2])
{
	return (int)calls_result(sys_pipe2(ends, 0));
}
