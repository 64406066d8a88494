#include "sockets.h"

ssize_t sendto(int descriptor, const void *bytes, size_t size, int flags, const struct sockaddr *to, socklen_t to_size)
{
	return calls_result(sys_sendto(descriptor, bytes, size, flags, sockets_given(to), to_size));
}
