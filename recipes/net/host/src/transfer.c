/* Bytes to and from sockets, and how a call waits. */

#include "clock.h"
#include "socket.h"

/* Until when a call waits that does so from now on. */
static uint64_t deadline_of(const struct socket *socket, int option)
{
	struct sys_timeval limit = {0};
	uint32_t size = sizeof(limit);

	linux_call_6(LINUX_GETSOCKOPT, socket->host, SYS_SOL_SOCKET, option, (long)&limit, (long)&size, 0);
	if (!limit.seconds && !limit.microseconds)
		return WAIT_FOREVER;
	return clock_monotonic() + ((uint64_t)limit.seconds * 1000000 + (uint64_t)limit.microseconds) * 1000;
}

long host_try(struct socket *socket, struct patience *patience, enum linux_call_number number, long a, long b, long c)
{
	long result;

	socket->object.references++;
	for (;;) {
		result = linux_call(number, socket->host, a, b, c);
		if (result != -SYS_EAGAIN && result != -SYS_EINPROGRESS && result != -SYS_EALREADY)
			break;
		if (!patience->may_wait) {
			wait_yield(); /* a program that only ever asks lets others run */
			break;
		}
		if (number == LINUX_RECVMSG && !socket->is_stream && host_ready(&socket->object) & DESCRIPTOR_HALF) {
			result = 0; /* no datagrams come any more, which the host says only to those who wait */
			break;
		}
		if (!patience->deadline)
			patience->deadline = deadline_of(socket, patience->option);
		if (wait_on(&socket->waiters, patience->deadline) != WAIT_WOKEN)
			break;
	}
	descriptor_release(&socket->object);
	return result;
}

/* What of the message's bytes lies behind the first `done` in one piece; none: all are done. */
static struct sys_iovec rest_of(const struct sys_msghdr *message, size_t done)
{
	const struct sys_iovec *piece = message->pieces, *end = piece + message->count;

	for (; piece < end && done >= piece->size; piece++)
		done -= piece->size;
	return piece < end ? (struct sys_iovec){(char *)piece->bytes + done, piece->size - done} : (struct sys_iovec){0};
}

/* Send or receive a message; if it `goes_on`, which only streams do, all of its bytes. */
static long transfer(struct socket *socket, struct patience patience, enum linux_call_number number, struct sys_msghdr *message,
		     int flags, bool goes_on)
{
	struct sys_iovec rest;
	struct sys_msghdr more = {.pieces = &rest, .count = 1};
	long done, result;

	socket->object.references++;
	done = result = host_try(socket, &patience, number, (long)message, flags, 0);
	while (goes_on && result > 0 && (rest = rest_of(message, (size_t)done)).size) {
		result = host_try(socket, &patience, number, (long)&more, flags, 0);
		done += result > 0 ? result : 0;
	}
	descriptor_release(&socket->object);
	return done;
}

bool host_may_wait(const struct socket *socket, int flags)
{
	return !(flags & SYS_MSG_DONTWAIT) && !(socket->object.flags & SYS_O_NONBLOCK);
}

long host_send(struct socket *socket, const struct sys_msghdr *message, int flags)
{
	bool waits = host_may_wait(socket, flags), is_stream = socket->is_stream;
	long result = transfer(socket, (struct patience){waits, SYS_SO_SNDTIMEO, 0}, LINUX_SENDMSG, (struct sys_msghdr *)message,
			       flags | SYS_MSG_NOSIGNAL, waits && is_stream);

	return result == -SYS_EPIPE && is_stream && !(flags & SYS_MSG_NOSIGNAL) ? descriptor_broken() : result;
}

long host_receive(struct socket *socket, struct sys_msghdr *message, int flags)
{
	bool waits = host_may_wait(socket, flags), takes_all = (flags & (SYS_MSG_WAITALL | SYS_MSG_PEEK)) == SYS_MSG_WAITALL;

	return transfer(socket, (struct patience){waits, SYS_SO_RCVTIMEO, 0}, LINUX_RECVMSG, message, flags,
			waits && takes_all && socket->is_stream);
}
