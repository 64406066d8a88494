#include "sockets.h"

int accept4(int descriptor, struct sockaddr *restrict address, socklen_t *restrict size, int flags)
{
	return (int)calls_result(sys_accept4(descriptor, sockets_wanted(address), size, flags));
}
