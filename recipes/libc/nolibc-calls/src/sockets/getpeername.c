#include "sockets.h"

int getpeername(int descriptor, struct sockaddr *restrict address, socklen_t *restrict size)
{
	return (int)calls_result(sys_getpeername(descriptor, sockets_wanted(address), size));
}
