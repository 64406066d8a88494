#include "sockets.h"

int listen(int descriptor, int backlog)
{
	return (int)calls_result(sys_listen(descriptor, backlog));
}
