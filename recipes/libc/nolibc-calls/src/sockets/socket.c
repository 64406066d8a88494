#include "sockets.h"

int socket(int family, int type, int protocol)
{
	return (int)calls_result(sys_socket(family, type, protocol));
}
