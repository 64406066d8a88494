#include "sockets.h"

int setsockopt(int descriptor, int level, int name, const void *value, socklen_t size)
{
	return (int)calls_result(sys_setsockopt(descriptor, level, name, value, size));
}
