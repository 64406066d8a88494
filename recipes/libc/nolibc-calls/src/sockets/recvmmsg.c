#include "sockets.h"

int recvmmsg(int descriptor, struct mmsghdr *messages, unsigned count, int flags, struct timespec *limit)
{
	return (int)calls_result(
		sys_recvmmsg(descriptor, (struct sys_mmsghdr *)messages, count, flags, (struct sys_timespec *)limit));
}
