#ifndef NOLIBC_CALLS_SOCKETS_H
#define NOLIBC_CALLS_SOCKETS_H

/* Each function of sockets has a source of its own, so that the calls which an image is said to need are those that it makes. */

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

static inline const struct sys_sockaddr *sockets_given(const struct sockaddr *address)
{
	return (const struct sys_sockaddr *)address;
}

static inline struct sys_sockaddr *sockets_wanted(struct sockaddr *address)
{
	return (struct sys_sockaddr *)address;
}

#endif
