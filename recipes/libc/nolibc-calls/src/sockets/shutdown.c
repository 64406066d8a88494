#include "sockets.h"

int shutdown(int descriptor, int how)
{
	return (int)calls_result(sys_shutdown(descriptor, how));
}
