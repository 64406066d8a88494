/* The system calls on sockets (socket(2) and its kin of Linux). */

#include "datagram.h"
#include "family.h"
#include "network.h"
#include "stream.h"
#include "string.h"

/* The socket behind a descriptor, held until let_go; NULL with `error` if there is none. */
static struct socket *hold(int descriptor, long *error)
{
	struct descriptor_object *object = descriptor_object(descriptor);
	struct socket *socket = (struct socket *)object;

	*error = object ? -SYS_ENOTSOCK : -SYS_EBADF;
	if (!object || (object->operations != &socket_stream_operations && object->operations != &socket_datagram_operations))
		return NULL;
	object->references++;
	return socket;
}

static long let_go(struct socket *socket, long result)
{
	descriptor_release(&socket->object);
	return result;
}

static bool may_wait(const struct socket *socket)
{
	return !(socket->object.flags & SYS_O_NONBLOCK);
}

/* Put a new socket behind a descriptor. */
static long install(struct socket *socket, int flags)
{
	long descriptor;

	socket->object.flags |= (uint32_t)flags & SYS_SOCK_NONBLOCK;
	descriptor = descriptor_install(&socket->object, 0, flags & SYS_SOCK_CLOEXEC);
	return descriptor < 0 ? let_go(socket, descriptor) : descriptor;
}

long sys_socket(int family, int type, int protocol)
{
	int flags = type & ~SYS_SOCK_TYPE, kind = type & SYS_SOCK_TYPE;
	struct socket *socket;
	long started;

	if (flags & ~(SYS_SOCK_NONBLOCK | SYS_SOCK_CLOEXEC))
		return -SYS_EINVAL;
	if (!family_is_known(family))
		return -SYS_EAFNOSUPPORT;
	if (kind != SYS_SOCK_STREAM && kind != SYS_SOCK_DGRAM)
		return kind == SYS_SOCK_RAW ? -SYS_EPROTONOSUPPORT : -SYS_ESOCKTNOSUPPORT;
	if (protocol && protocol != (kind == SYS_SOCK_STREAM ? SYS_IPPROTO_TCP : SYS_IPPROTO_UDP))
		return -SYS_EPROTONOSUPPORT;
	started = network_start();
	if (started)
		return started;
	socket = kind == SYS_SOCK_STREAM ? socket_stream() : socket_datagram();
	family_begin(socket, family);
	return socket ? install(socket, flags) : -SYS_ENOBUFS;
}

long sys_bind(int descriptor, const struct sys_sockaddr *address, uint32_t size)
{
	struct endpoint to;
	long result;
	struct socket *socket = hold(descriptor, &result);

	if (!socket)
		return result;
	result = family_endpoint(socket, address, size, &to);
	if (!result)
		result = socket_is_stream(socket) ? stream_bind(socket, &to) : datagram_bind(socket, &to);
	return let_go(socket, result);
}

long sys_listen(int descriptor, int backlog)
{
	long result;
	struct socket *socket = hold(descriptor, &result);

	if (!socket)
		return result;
	return let_go(socket, socket_is_stream(socket) ? stream_listen(socket, backlog) : -SYS_EOPNOTSUPP);
}

long sys_accept4(int descriptor, struct sys_sockaddr *address, uint32_t *size, int flags)
{
	long result;
	struct endpoint from;
	struct socket *accepted, *socket;

	if (flags & ~(SYS_SOCK_NONBLOCK | SYS_SOCK_CLOEXEC))
		return -SYS_EINVAL;
	socket = hold(descriptor, &result);
	if (!socket)
		return result;
	result = socket_is_stream(socket) ? stream_accept(socket, may_wait(socket), &accepted, &from) : -SYS_EOPNOTSUPP;
	if (!result) {
		family_tell_name(socket, &from, address, size);
		result = install(accepted, flags);
	}
	return let_go(socket, result);
}

long sys_connect(int descriptor, const struct sys_sockaddr *address, uint32_t size)
{
	struct endpoint to;
	long result;
	struct socket *socket = hold(descriptor, &result);

	if (!socket)
		return result;
	if (size >= sizeof(address->family) && address->family == SYS_AF_UNSPEC)
		return let_go(socket, socket_is_stream(socket) ? -SYS_EAFNOSUPPORT : datagram_disconnect(socket));
	result = family_endpoint(socket, address, size, &to);
	if (!result)
		result = socket_is_stream(socket) ? stream_connect(socket, &to, may_wait(socket)) : datagram_connect(socket, &to);
	return let_go(socket, result);
}

void socket_local(struct socket *socket, struct endpoint *name)
{
	if (socket_is_stream(socket))
		stream_local(socket, name);
	else
		datagram_local(socket, name);
}

long sys_getsockname(int descriptor, struct sys_sockaddr *address, uint32_t *size)
{
	struct endpoint name = {0};
	long result;
	struct socket *socket = hold(descriptor, &result);

	if (!socket)
		return result;
	socket_local(socket, &name);
	family_tell_name(socket, &name, address, size);
	return let_go(socket, 0);
}

long sys_getpeername(int descriptor, struct sys_sockaddr *address, uint32_t *size)
{
	struct endpoint name;
	long result;
	struct socket *socket = hold(descriptor, &result);

	if (!socket)
		return result;
	if (!(socket_is_stream(socket) ? stream_remote(socket, &name) : datagram_remote(socket, &name)))
		return let_go(socket, -SYS_ENOTCONN);
	family_tell_name(socket, &name, address, size);
	return let_go(socket, 0);
}

long sys_shutdown(int descriptor, int how)
{
	long result;
	struct socket *socket = hold(descriptor, &result);

	if (!socket)
		return result;
	if (how < SYS_SHUT_RD || how > SYS_SHUT_RDWR)
		return let_go(socket, -SYS_EINVAL);
	return let_go(socket, socket_is_stream(socket) ? stream_shut_down(socket, how) : datagram_shut_down(socket, how));
}

long sys_sendmsg(int descriptor, const struct sys_msghdr *message, int flags)
{
	struct endpoint to;
	long result;
	struct socket *socket = hold(descriptor, &result);

	if (!socket)
		return result;
	result = message->name ? family_endpoint(socket, message->name, message->name_size, &to) : 0;
	if (!result)
		result = socket->kind->send(socket, (struct socket_parts){message->pieces, message->count, 0}, flags,
					    message->name ? &to : NULL);
	return let_go(socket, result);
}

long sys_recvmsg(int descriptor, struct sys_msghdr *message, int flags)
{
	struct endpoint from = {0};
	bool is_cut = false;
	long result;
	struct socket *socket = hold(descriptor, &result);

	if (!socket)
		return result;
	result = socket->kind->receive(socket, (struct socket_parts){message->pieces, message->count, 0}, flags, &from, &is_cut);
	if (result >= 0) {
		if (socket_is_stream(socket))
			message->name_size = 0;
		else
			family_tell_name(socket, &from, message->name, &message->name_size);
		message->control_size = 0;
		message->flags = is_cut ? SYS_MSG_TRUNC : 0;
	}
	return let_go(socket, result);
}

/* Options whose value is no number. */

static long set_limit(uint64_t *limit, const void *value, uint32_t size)
{
	struct sys_timeval time;

	if (size < sizeof(time))
		return -SYS_EINVAL;
	memcpy(&time, value, sizeof(time));
	if (time.seconds < 0 || (uint64_t)time.microseconds >= 1000000)
		return -SYS_EDOM;
	*limit = ((uint64_t)time.seconds * 1000000 + (uint64_t)time.microseconds) * 1000;
	return 0;
}

static long tell(void *to, uint32_t *size, const void *value, uint32_t length)
{
	*size = *size < length ? *size : length;
	memcpy(to, value, *size);
	return 0;
}

/* As Linux has it: what is too much is cut without a word, and so is what is too little. */
static long set_buffer(struct socket *socket, int name, int value)
{
	enum { RECEIVE_LEAST = 2304, SEND_LEAST = 4608 };
	int most = socket->kind->buffer_most, bytes = 2 * ((unsigned)value < (unsigned)most ? value : most);

	if (name == SYS_SO_RCVBUF)
		socket->receive_bytes = bytes < RECEIVE_LEAST ? RECEIVE_LEAST : bytes;
	else
		socket->send_bytes = bytes < SEND_LEAST ? SEND_LEAST : bytes;
	return 0;
}

static long set_number(struct socket *socket, int level, int name, int value)
{
	return socket_is_stream(socket) ? stream_set(socket, level, name, value) : datagram_set(socket, level, name, value);
}

static long set_option(struct socket *socket, int level, int name, const void *value, uint32_t size)
{
	long result;
	int number;

	if (level == SYS_SOL_SOCKET && (name == SYS_SO_RCVTIMEO || name == SYS_SO_SNDTIMEO))
		return set_limit(name == SYS_SO_RCVTIMEO ? &socket->receive_limit : &socket->send_limit, value, size);
	if (level == SYS_SOL_SOCKET && name == SYS_SO_LINGER) {
		struct sys_linger linger;

		if (size < sizeof(linger))
			return -SYS_EINVAL;
		memcpy(&linger, value, sizeof(linger));
		return set_number(socket, level, name, linger.is_on ? linger.seconds : -1);
	}
	if (size < sizeof(number))
		return -SYS_EINVAL;
	memcpy(&number, value, sizeof(number));
	if (level == SYS_SOL_SOCKET && (name == SYS_SO_RCVBUF || name == SYS_SO_SNDBUF))
		return set_buffer(socket, name, number);
	if (family_set(socket, level, name, number, &result))
		return result;
	return set_number(socket, level, name, number);
}

static long get_option(struct socket *socket, int level, int name, void *value, uint32_t *size)
{
	int number = 0;
	long result = 0;

	if (level == SYS_SOL_SOCKET && (name == SYS_SO_RCVTIMEO || name == SYS_SO_SNDTIMEO)) {
		uint64_t limit = (name == SYS_SO_RCVTIMEO ? socket->receive_limit : socket->send_limit) / 1000;
		struct sys_timeval time = {(int64_t)(limit / 1000000), (int64_t)(limit % 1000000)};

		return tell(value, size, &time, sizeof(time));
	}
	if (level == SYS_SOL_SOCKET && name == SYS_SO_ERROR)
		number = (int)-socket_error(socket);
	else if (level == SYS_SOL_SOCKET && name == SYS_SO_RCVBUF)
		number = socket->receive_bytes;
	else if (level == SYS_SOL_SOCKET && name == SYS_SO_SNDBUF)
		number = socket->send_bytes;
	else if (level == SYS_SOL_SOCKET && name == SYS_SO_TYPE)
		number = socket->kind->type;
	else if (level == SYS_SOL_SOCKET && name == SYS_SO_DOMAIN)
		number = family_of(socket);
	else if (level == SYS_SOL_SOCKET && name == SYS_SO_PROTOCOL)
		number = socket_is_stream(socket) ? SYS_IPPROTO_TCP : SYS_IPPROTO_UDP;
	else if (!family_get(socket, level, name, &number, &result))
		result = socket_is_stream(socket) ? stream_get(socket, level, name, &number) : datagram_get(socket, level, name, &number);
	if (result)
		return result;
	if (level == SYS_SOL_SOCKET && name == SYS_SO_LINGER) {
		struct sys_linger linger = {number >= 0, number >= 0 ? number : 0};

		return tell(value, size, &linger, sizeof(linger));
	}
	return tell(value, size, &number, sizeof(number));
}

long sys_setsockopt(int descriptor, int level, int name, const void *value, uint32_t size)
{
	long result;
	struct socket *socket = hold(descriptor, &result);

	return socket ? let_go(socket, set_option(socket, level, name, value, size)) : result;
}

long sys_getsockopt(int descriptor, int level, int name, void *value, uint32_t *size)
{
	long result;
	struct socket *socket = hold(descriptor, &result);

	return socket ? let_go(socket, get_option(socket, level, name, value, size)) : result;
}
