/* The system's log: there is no daemon that keeps one, so there is none to ask for by a socket, which would bring a network into the image. */

#include <errno.h>
#include <sys/socket.h>

static inline int no_daemon(void)
{
	errno = EAFNOSUPPORT;
	return -1;
}

#define socket(family, type, protocol) no_daemon()
#define connect(log, address, size) no_daemon()
#define send(log, bytes, size, flags) no_daemon()
#include "../misc/syslog.c"
