#include "sockets.h"

int connect(int descriptor, const struct sockaddr *address, socklen_t size)
{
	return (int)calls_result(sys_connect(descriptor, sockets_given(address), size));
}
