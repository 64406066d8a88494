/* Sockets. */

#include <stddef.h>
#include <sys/socket.h>

#include "calls.h"
#include "sys_sockets.h"

_Static_assert(sizeof(struct msghdr) == sizeof(struct sys_msghdr) && sizeof(struct mmsghdr) == sizeof(struct sys_mmsghdr) &&
		       offsetof(struct msghdr, msg_iov) == offsetof(struct sys_msghdr, pieces) &&
		       offsetof(struct msghdr, msg_iovlen) == offsetof(struct sys_msghdr, count) &&
		       offsetof(struct msghdr, msg_controllen) == offsetof(struct sys_msghdr, control_size) &&
		       offsetof(struct msghdr, msg_flags) == offsetof(struct sys_msghdr, flags),
	       "one layout");
_Static_assert(sizeof(struct sockaddr) == sizeof(struct sys_sockaddr) && sizeof(struct linger) == sizeof(struct sys_linger), "one layout");
_Static_assert(SOCK_NONBLOCK == SYS_SOCK_NONBLOCK && SOCK_CLOEXEC == SYS_SOCK_CLOEXEC && SOL_SOCKET == SYS_SOL_SOCKET, "one set of numbers");
_Static_assert((int)SO_RCVTIMEO == SYS_SO_RCVTIMEO && MSG_NOSIGNAL == SYS_MSG_NOSIGNAL, "one set of numbers");

static const struct sys_sockaddr *given(const struct sockaddr *address)
{
	return (const struct sys_sockaddr *)address;
}

static struct sys_sockaddr *wanted(struct sockaddr *address)
{
	return (struct sys_sockaddr *)address;
}

int socket(int family, int type, int protocol)
{
	return (int)calls_result(sys_socket(family, type, protocol));
}

int socketpair(int family, int type, int protocol, int sockets[2])
{
	return (int)calls_result(sys_socketpair(family, type, protocol, sockets));
}

int bind(int descriptor, const struct sockaddr *address, socklen_t size)
{
	return (int)calls_result(sys_bind(descriptor, given(address), size));
}

int listen(int descriptor, int backlog)
{
	return (int)calls_result(sys_listen(descriptor, backlog));
}

int accept(int descriptor, struct sockaddr *restrict address, socklen_t *restrict size)
{
	return (int)calls_result(sys_accept(descriptor, wanted(address), size));
}

int accept4(int descriptor, struct sockaddr *restrict address, socklen_t *restrict size, int flags)
{
	return (int)calls_result(sys_accept4(descriptor, wanted(address), size, flags));
}

int connect(int descriptor, const struct sockaddr *address, socklen_t size)
{
	return (int)calls_result(sys_connect(descriptor, given(address), size));
}

int shutdown(int descriptor, int how)
{
	return (int)calls_result(sys_shutdown(descriptor, how));
}

int getsockname(int descriptor, struct sockaddr *restrict address, socklen_t *restrict size)
{
	return (int)calls_result(sys_getsockname(descriptor, wanted(address), size));
}

int getpeername(int descriptor, struct sockaddr *restrict address, socklen_t *restrict size)
{
	return (int)calls_result(sys_getpeername(descriptor, wanted(address), size));
}

int setsockopt(int descriptor, int level, int name, const void *value, socklen_t size)
{
	return (int)calls_result(sys_setsockopt(descriptor, level, name, value, size));
}

int getsockopt(int descriptor, int level, int name, void *restrict value, socklen_t *restrict size)
{
	return (int)calls_result(sys_getsockopt(descriptor, level, name, value, size));
}

ssize_t sendto(int descriptor, const void *bytes, size_t size, int flags, const struct sockaddr *to, socklen_t to_size)
{
	return calls_result(sys_sendto(descriptor, bytes, size, flags, given(to), to_size));
}

ssize_t send(int descriptor, const void *bytes, size_t size, int flags)
{
	return calls_result(sys_sendto(descriptor, bytes, size, flags, NULL, 0));
}

ssize_t sendmsg(int descriptor, const struct msghdr *message, int flags)
{
	return calls_result(sys_sendmsg(descriptor, (const struct sys_msghdr *)message, flags));
}

int sendmmsg(int descriptor, struct mmsghdr *messages, unsigned count, int flags)
{
	return (int)calls_result(sys_sendmmsg(descriptor, (struct sys_mmsghdr *)messages, count, flags));
}

ssize_t recvfrom(int descriptor, void *restrict bytes, size_t size, int flags, struct sockaddr *restrict from,
		 socklen_t *restrict from_size)
{
	return calls_result(sys_recvfrom(descriptor, bytes, size, flags, wanted(from), from_size));
}

ssize_t recv(int descriptor, void *bytes, size_t size, int flags)
{
	return calls_result(sys_recvfrom(descriptor, bytes, size, flags, NULL, NULL));
}

ssize_t recvmsg(int descriptor, struct msghdr *message, int flags)
{
	return calls_result(sys_recvmsg(descriptor, (struct sys_msghdr *)message, flags));
}

int recvmmsg(int descriptor, struct mmsghdr *messages, unsigned count, int flags, struct timespec *limit)
{
	return (int)calls_result(
		sys_recvmmsg(descriptor, (struct sys_mmsghdr *)messages, count, flags, (struct sys_timespec *)limit));
}
