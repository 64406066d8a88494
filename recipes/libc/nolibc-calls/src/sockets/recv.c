#include "sockets.h"

ssize_t recv(int descriptor, void *bytes, size_t size, int flags)
{
	return calls_result(sys_recvfrom(descriptor, bytes, size, flags, NULL, NULL));
}
