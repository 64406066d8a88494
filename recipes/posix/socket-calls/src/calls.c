/* Calls on sockets that are made of others, or that there are none of. */

#include "sys_errors.h"
#include "sys_sockets.h"

long sys_socketpair(int family, int type, int protocol, int sockets[2])
{
	(void)type;
	(void)protocol;
	(void)sockets;
	return family == SYS_AF_INET || family == SYS_AF_INET6 ? -SYS_EOPNOTSUPP : -SYS_EAFNOSUPPORT;
}

long sys_accept(int descriptor, struct sys_sockaddr *address, uint32_t *size)
{
	return sys_accept4(descriptor, address, size, 0);
}

long sys_sendto(int descriptor, const void *bytes, size_t size, int flags, const struct sys_sockaddr *to, uint32_t to_size)
{
	struct sys_iovec piece = {(void *)bytes, size};
	struct sys_msghdr message = {.name = (void *)to, .name_size = to_size, .pieces = &piece, .count = 1};

	return sys_sendmsg(descriptor, &message, flags);
}

long sys_recvfrom(int descriptor, void *bytes, size_t size, int flags, struct sys_sockaddr *from, uint32_t *from_size)
{
	struct sys_iovec piece = {bytes, size};
	struct sys_msghdr message = {.name = from, .name_size = from_size ? *from_size : 0, .pieces = &piece, .count = 1};
	long result = sys_recvmsg(descriptor, &message, flags);

	if (result >= 0 && from_size)
		*from_size = message.name_size;
	return result;
}

long sys_sendmmsg(int descriptor, struct sys_mmsghdr *messages, unsigned count, int flags)
{
	unsigned done = 0;
	long result = 0;

	for (; done < count; done++) {
		result = sys_sendmsg(descriptor, &messages[done].header, flags);
		if (result < 0)
			break;
		messages[done].size = (uint32_t)result;
	}
	return done ? (long)done : result;
}

long sys_recvmmsg(int descriptor, struct sys_mmsghdr *messages, unsigned count, int flags, struct sys_timespec *limit)
{
	unsigned done = 0;
	long result = 0;

	(void)limit; /* as on Linux it would only be looked at after a message has come */
	for (; done < count; done++) {
		result = sys_recvmsg(descriptor, &messages[done].header, flags & ~SYS_MSG_WAITFORONE);
		if (result < 0)
			break;
		messages[done].size = (uint32_t)result;
		if (flags & SYS_MSG_WAITFORONE)
			flags |= SYS_MSG_DONTWAIT;
	}
	return done ? (long)done : result;
}
