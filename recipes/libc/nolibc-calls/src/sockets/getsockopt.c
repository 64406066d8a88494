#include "sockets.h"

int getsockopt(int descriptor, int level, int name, void *restrict value, socklen_t *restrict size)
{
	return (int)calls_result(sys_getsockopt(descriptor, level, name, value, size));
}
