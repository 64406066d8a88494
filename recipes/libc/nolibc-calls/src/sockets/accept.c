#include "sockets.h"

int accept(int descriptor, struct sockaddr *restrict address, socklen_t *restrict size)
{
	return (int)calls_result(sys_accept(descriptor, sockets_wanted(address), size));
}
