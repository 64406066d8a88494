#include "sockets.h"

ssize_t recvmsg(int descriptor, struct msghdr *message, int flags)
{
	return calls_result(sys_recvmsg(descriptor, (struct sys_msghdr *)message, flags));
}
