/* What streams and datagrams share. */

#include "socket.h"

#include "cells.h"
#include "clock.h"
#include "family.h"
#include "memory.h"
#include "network.h"
#include "string.h"

static uint32_t last_inode;

struct socket *socket_make(size_t size, const struct socket_kind *kind, const struct descriptor_operations *operations)
{
	struct socket *socket = lwip_memory_take_zeroed(1, size);

	if (socket) {
		socket->object.operations = operations;
		socket->object.flags = SYS_O_RDWR;
		socket->object.references = 1;
		socket->kind = kind;
		socket->receive_bytes = socket->send_bytes = kind->buffer_usual;
		socket->inode = ++last_inode;
	}
	return socket;
}

void socket_forget(struct socket *socket)
{
	lwip_memory_give(socket);
}

long socket_read(struct descriptor_object *object, void *bytes, size_t size, int64_t *position)
{
	struct socket *socket = (struct socket *)object;
	struct sys_iovec part = {bytes, size};
	bool is_cut;
	long result;

	(void)position;
	if (!size)
		return 0;
	object->references++;
	result = socket->kind->receive(socket, (struct socket_parts){&part, 1, 0}, 0, NULL, &is_cut);
	descriptor_release(object);
	return result;
}

long socket_write_parts(struct descriptor_object *object, const struct sys_iovec *parts, size_t count)
{
	struct socket *socket = (struct socket *)object;
	long result;

	object->references++;
	result = socket->kind->send(socket, (struct socket_parts){parts, count, 0}, 0, NULL);
	descriptor_release(object);
	return result;
}

long socket_write(struct descriptor_object *object, const void *bytes, size_t size, int64_t *position)
{
	struct sys_iovec part = {(void *)bytes, size};

	(void)position;
	return socket_write_parts(object, &part, 1);
}

void socket_status(struct descriptor_object *object, struct sys_stat *status)
{
	status->mode = SYS_S_IFSOCK | 0777;
	status->inode = ((struct socket *)object)->inode;
}

uint64_t socket_deadline(uint64_t limit)
{
	return limit ? clock_monotonic() + limit : WAIT_FOREVER;
}

long socket_wait(struct wait_queue *queue, bool waits, uint64_t deadline)
{
	if (!waits) {
		wait_yield(); /* who only ever asks like this gets something to see at the next time */
		return -SYS_EAGAIN;
	}
	switch (wait_on(queue, deadline)) {
	case WAIT_TIMED_OUT:
		return -SYS_EAGAIN;
	case WAIT_DEADLOCK:
		return -SYS_EDEADLK;
	default:
		return 0;
	}
}

void socket_changed(struct socket *socket)
{
	wait_wake(&socket->readers, ~0u);
	wait_wake(&socket->writers, ~0u);
	descriptor_changed(&socket->object);
}

long socket_reach(struct endpoint *to)
{
	if (ip_addr_isany(&to->address))
		ip_addr_set_loopback(IP_IS_V6(&to->address), &to->address);
	return ip_addr_isloopback(&to->address) || family_wait_for_address(&to->address) ? 0 : -SYS_ENETUNREACH;
}

long socket_broken(int flags)
{
	return flags & SYS_MSG_NOSIGNAL ? -SYS_EPIPE : descriptor_broken();
}

long socket_error(struct socket *socket)
{
	int error = socket->error;

	socket->error = 0;
	return -error;
}

long socket_result(err_t error)
{
	switch (error) {
	case ERR_OK:
		return 0;
	case ERR_MEM:
	case ERR_BUF:
		return -SYS_ENOBUFS;
	case ERR_TIMEOUT:
		return -SYS_ETIMEDOUT;
	case ERR_RTE:
		return -SYS_ENETUNREACH;
	case ERR_USE:
		return -SYS_EADDRINUSE;
	case ERR_ISCONN:
		return -SYS_EISCONN;
	case ERR_CONN:
		return -SYS_ENOTCONN;
	case ERR_RST:
		return -SYS_ECONNRESET;
	case ERR_ABRT:
		return -SYS_ECONNABORTED;
	default:
		return -SYS_EINVAL;
	}
}

uint16_t socket_random_port(void)
{
	enum { FIRST = 49152, PORTS = 16384 }; /* RFC 6335, section 6 */

	return (uint16_t)(FIRST + lwip_random() % PORTS);
}

size_t socket_total(const struct socket_parts *parts)
{
	size_t total = 0;

	for (size_t part = 0; part < parts->count; part++)
		total += parts->parts[part].size;
	return total - parts->offset;
}

size_t socket_next(struct socket_parts *parts, const void **bytes)
{
	while (parts->count && parts->offset == parts->parts->size) {
		parts->parts++;
		parts->count--;
		parts->offset = 0;
	}
	if (!parts->count)
		return 0;
	*bytes = (const char *)parts->parts->bytes + parts->offset;
	return parts->parts->size - parts->offset;
}

void socket_advance(struct socket_parts *parts, size_t size)
{
	parts->offset += size;
}

size_t socket_scatter(struct socket_parts *to, const void *bytes, size_t size)
{
	size_t done = 0, room;
	const void *place;

	while (done < size && (room = socket_next(to, &place))) {
		size_t length = room < size - done ? room : size - done;

		MEMCPY((void *)place, (const char *)bytes + done, length);
		socket_advance(to, length);
		done += length;
	}
	return done;
}
