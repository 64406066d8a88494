#include "sockets.h"

ssize_t sendmsg(int descriptor, const struct msghdr *message, int flags)
{
	return calls_result(sys_sendmsg(descriptor, (const struct sys_msghdr *)message, flags));
}
