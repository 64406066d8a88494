#include "sockets.h"

int sendmmsg(int descriptor, struct mmsghdr *messages, unsigned count, int flags)
{
	return (int)calls_result(sys_sendmmsg(descriptor, (struct sys_mmsghdr *)messages, count, flags));
}
