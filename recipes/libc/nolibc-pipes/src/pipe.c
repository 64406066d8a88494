/* Pipes. */

#include <unistd.h>

#include "nolibc_system.h"
#include "sys_calls.h"

int pipe2(int ends[2], int flags)
{
	return (int)nolibc_result(sys_pipe2(ends, flags));
}

int pipe(int ends[2])
{
	return pipe2(ends, 0);
}
