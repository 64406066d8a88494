/* The system calls on sockets (socket(2) and its kin of Linux). */

#include "socket.h"

/* A call that never waits. */
static long hand_on(enum linux_call_number number, int descriptor, long a, long b, long c, long d)
{
	long error;
	struct socket *socket = host_socket(descriptor, &error);

	return socket ? linux_call_6(number, socket->host, a, b, c, d, 0) : error;
}

/* Of the Internet only: others would bring paths, processes and descriptors of the host into the program. */
long sys_socket(int family, int type, int protocol)
{
	long host;

	if (family != SYS_AF_INET && family != SYS_AF_INET6)
		return -SYS_EAFNOSUPPORT;
	host = linux_call(LINUX_SOCKET, family, type | SYS_SOCK_NONBLOCK | SYS_SOCK_CLOEXEC, protocol, 0);
	return host_install(host, (type & SYS_SOCK_TYPE) == SYS_SOCK_STREAM, type);
}

long sys_bind(int descriptor, const struct sys_sockaddr *address, uint32_t size)
{
	return hand_on(LINUX_BIND, descriptor, (long)address, size, 0, 0);
}

long sys_listen(int descriptor, int backlog)
{
	return hand_on(LINUX_LISTEN, descriptor, backlog, 0, 0, 0);
}

long sys_accept4(int descriptor, struct sys_sockaddr *address, uint32_t *size, int flags)
{
	long host;
	struct socket *socket = host_socket(descriptor, &host);
	struct patience patience = {.option = SYS_SO_RCVTIMEO};

	if (flags & ~(SYS_SOCK_NONBLOCK | SYS_SOCK_CLOEXEC))
		return -SYS_EINVAL;
	if (!socket)
		return host;
	patience.may_wait = host_may_wait(socket, 0);
	host = host_try(socket, &patience, LINUX_ACCEPT4, (long)address, (long)size, SYS_SOCK_NONBLOCK | SYS_SOCK_CLOEXEC);
	return host_install(host, true, flags);
}

long sys_connect(int descriptor, const struct sys_sockaddr *address, uint32_t size)
{
	long error;
	struct socket *socket = host_socket(descriptor, &error);
	struct patience patience = {.option = SYS_SO_SNDTIMEO};

	if (!socket)
		return error;
	/* It is asked for once more after it has waited, and then the host says what became of it. */
	patience.may_wait = socket->is_stream && host_may_wait(socket, 0);
	return host_try(socket, &patience, LINUX_CONNECT, (long)address, size, 0);
}

long sys_getsockname(int descriptor, struct sys_sockaddr *address, uint32_t *size)
{
	return hand_on(LINUX_GETSOCKNAME, descriptor, (long)address, (long)size, 0, 0);
}

long sys_getpeername(int descriptor, struct sys_sockaddr *address, uint32_t *size)
{
	return hand_on(LINUX_GETPEERNAME, descriptor, (long)address, (long)size, 0, 0);
}

long sys_shutdown(int descriptor, int how)
{
	return hand_on(LINUX_SHUTDOWN, descriptor, how, 0, 0, 0);
}

long sys_setsockopt(int descriptor, int level, int name, const void *value, uint32_t size)
{
	return hand_on(LINUX_SETSOCKOPT, descriptor, level, name, (long)value, size);
}

long sys_getsockopt(int descriptor, int level, int name, void *value, uint32_t *size)
{
	return hand_on(LINUX_GETSOCKOPT, descriptor, level, name, (long)value, (long)size);
}

long sys_sendmsg(int descriptor, const struct sys_msghdr *message, int flags)
{
	long error;
	struct socket *socket = host_socket(descriptor, &error);

	return socket ? host_send(socket, message, flags) : error;
}

long sys_recvmsg(int descriptor, struct sys_msghdr *message, int flags)
{
	long error;
	struct socket *socket = host_socket(descriptor, &error);

	return socket ? host_receive(socket, message, flags) : error;
}
