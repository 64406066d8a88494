/* A socket as the object behind a descriptor. */

#include "socket.h"

#include "cells.h"
#include "sys_calls.h"

static long socket_read(struct descriptor_object *object, void *bytes, size_t size, int64_t *position)
{
	struct sys_iovec part = {bytes, size};
	struct sys_msghdr message = {.pieces = &part, .count = 1};

	(void)position;
	return size ? host_receive((struct socket *)object, &message, 0) : 0;
}

static long socket_write_parts(struct descriptor_object *object, const struct sys_iovec *parts, size_t count)
{
	struct sys_msghdr message = {.pieces = (struct sys_iovec *)parts, .count = count};

	return host_send((struct socket *)object, &message, 0);
}

static long socket_write(struct descriptor_object *object, const void *bytes, size_t size, int64_t *position)
{
	struct sys_iovec part = {(void *)bytes, size};

	(void)position;
	return socket_write_parts(object, &part, 1);
}

static void socket_status(struct descriptor_object *object, struct sys_stat *status)
{
	status->mode = SYS_S_IFSOCK | 0777;
	status->inode = (uint64_t)((struct socket *)object)->host;
}

static long socket_control(struct descriptor_object *object, unsigned long request, uintptr_t argument)
{
	if (request != SYS_FIONREAD) /* what else there is changes flags that are not the host's */
		return -SYS_ENOTTY;
	return linux_call(LINUX_IOCTL, ((struct socket *)object)->host, (long)request, (long)argument, 0);
}

unsigned host_ready(struct descriptor_object *object)
{
	struct sys_pollfd one = {.descriptor = ((struct socket *)object)->host, .events = HOST_EVENTS};
	struct sys_timespec at_once = {0};

	linux_call_6(LINUX_PPOLL, (long)&one, 1, (long)&at_once, 0, 0, 0);
	return (unsigned)one.returned;
}

static void socket_release(struct descriptor_object *object)
{
	linux_call(LINUX_CLOSE, ((struct socket *)object)->host, 0, 0, 0);
	cells_give(object, sizeof(struct socket));
}

static const struct descriptor_operations operations = {
	.read = socket_read,
	.write = socket_write,
	.write_parts = socket_write_parts,
	.status = socket_status,
	.control = socket_control,
	.ready = host_ready,
	.release = socket_release,
};

struct socket *host_socket(int descriptor, long *error)
{
	struct descriptor_object *object = descriptor_object(descriptor);

	*error = object ? -SYS_ENOTSOCK : -SYS_EBADF;
	return object && object->operations == &operations ? (struct socket *)object : NULL;
}

/* The socket that takes the host's descriptor over; NULL: memory has ended, and it is closed. */
static struct socket *owner_of(int host, bool is_stream, uint32_t flags)
{
	struct socket *socket = cells_take(sizeof(*socket));

	if (!socket) {
		linux_call(LINUX_CLOSE, host, 0, 0, 0);
		return NULL;
	}
	*socket = (struct socket){
		.object = {.operations = &operations, .flags = SYS_O_RDWR | flags, .references = 1},
		.host = host,
		.is_stream = is_stream,
	};
	return socket;
}

long host_install(long host, bool is_stream, int flags)
{
	struct socket *socket;
	long result;

	if (host < 0)
		return host;
	socket = owner_of((int)host, is_stream, (uint32_t)flags & SYS_SOCK_NONBLOCK);
	if (!socket)
		return -SYS_ENOBUFS;
	result = host_watch(socket);
	if (!result)
		result = descriptor_install(&socket->object, 0, flags & SYS_SOCK_CLOEXEC);
	if (result < 0)
		descriptor_release(&socket->object);
	return result;
}
