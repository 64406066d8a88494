#include "sockets.h"

ssize_t recvfrom(int descriptor, void *restrict bytes, size_t size, int flags, struct sockaddr *restrict from,
		 socklen_t *restrict from_size)
{
	return calls_result(sys_recvfrom(descriptor, bytes, size, flags, sockets_wanted(from), from_size));
}
