#include "sockets.h"

int socketpair(int family, int type, int protocol, int sockets[2])
{
	return (int)calls_result(sys_socketpair(family, type, protocol, sockets));
}
