#include "sockets.h"

int bind(int descriptor, const struct sockaddr *address, socklen_t size)
{
	return (int)calls_result(sys_bind(descriptor, sockets_given(address), size));
}
