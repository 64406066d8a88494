#include "sockets.h"

int getsockname(int descriptor, struct sockaddr *restrict address, socklen_t *restrict size)
{
	return (int)calls_result(sys_getsockname(descriptor, sockets_wanted(address), size));
}
