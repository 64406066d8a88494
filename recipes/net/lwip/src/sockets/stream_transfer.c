/*
 * Bytes of streams. What has come waits in the packets in which it came; what is sent is copied into lwIP's, for the program may change its
 * bytes at once.
 */

#include "lwip/tcp.h"
#include "lwip/priv/tcp_priv.h"
#include "memory.h"
#include "network.h"
#include "stream.h"

static bool may_wait(const struct stream *stream, int flags)
{
	return !(flags & SYS_MSG_DONTWAIT) && !(stream->socket.object.flags & SYS_O_NONBLOCK);
}

/* Why nothing can be sent; zero: something can, if there is room. */
static long cannot_send(struct stream *stream, int flags)
{
	long error = socket_error(&stream->socket);

	if (error)
		return error == -SYS_EPIPE ? socket_broken(flags) : error;
	if (stream->state == STREAM_NEW || stream->state == STREAM_LISTENING)
		return socket_broken(flags);
	return stream->is_write_shut || !stream->pcb ? socket_broken(flags) : 0;
}

/*
 * Bytes that the connection may have on their way. One segment is there for each, of the memory that is not shared out: else connections that
 * have all the rest, and whose clients read nothing, would keep a reply from everybody else.
 */
static size_t share_of(const struct stream *stream)
{
	size_t share = LWIP_MAX(lwip_memory_share(), TCP_MSS), asked = (size_t)stream->socket.send_bytes / 2;

	return share < asked ? share : asked;
}

/* Bytes that may be sent now. Who gets nothing has something on its way, and is woken when that has arrived. */
static size_t room_of(const struct stream *stream)
{
	size_t room = tcp_sndbuf(stream->pcb), sent = TCP_SND_BUF - room, share = share_of(stream);

	if (sent + room <= share)
		return room;
	return sent < share ? share - sent : 0;
}

/* Take as much of the parts as there is room for. False: there is none. */
static bool take(struct stream *stream, struct socket_parts *parts, size_t *left, int flags)
{
	enum { ONCE_MOST = 0xffff };
	const void *bytes;
	bool has_taken = false;
	size_t size;

	while (*left && (size = socket_next(parts, &bytes))) {
		size_t room = room_of(stream);
		bool is_rest;

		size = size < room ? size : room;
		size = size < ONCE_MOST ? size : ONCE_MOST;
		is_rest = size == *left && !(flags & SYS_MSG_MORE);
		if (!size || tcp_write(stream->pcb, bytes, (u16_t)size, TCP_WRITE_FLAG_COPY | (is_rest ? 0 : TCP_WRITE_FLAG_MORE)) != ERR_OK)
			break;
		socket_advance(parts, size);
		*left -= size;
		has_taken = true;
	}
	return has_taken;
}

/* lwIP's clock: memory may have come back. */
static err_t look_again(void *argument, struct tcp_pcb *pcb)
{
	struct stream *stream = argument;

	tcp_poll(pcb, NULL, 0);
	stream->lacks_memory = false;
	socket_changed(&stream->socket);
	return ERR_OK;
}

long stream_send(struct socket *socket, struct socket_parts parts, int flags, struct endpoint *to)
{
	struct stream *stream = stream_of(socket);
	uint64_t deadline = socket_deadline(socket->send_limit);
	size_t total = socket_total(&parts), left = total;
	long result = 0;

	(void)to; /* of a connection it is known */
	while (!result) {
		result = stream->state == STREAM_CONNECTING ? 0 : cannot_send(stream, flags);
		if (result || (!left && stream->state != STREAM_CONNECTING))
			break;
		if (stream->state == STREAM_CONNECTED && take(stream, &parts, &left, flags)) {
			stream->lacks_memory = false;
			tcp_output(stream->pcb);
			continue;
		}
		/* The last of the memory went elsewhere, and nothing is on its way whose arrival would wake us. */
		if (stream->state == STREAM_CONNECTED && !tcp_sndqueuelen(stream->pcb)) {
			stream->lacks_memory = true;
			tcp_poll(stream->pcb, look_again, 1);
		}
		result = socket_wait(&socket->writers, may_wait(stream, flags), deadline);
	}
	network_flush();
	return left < total ? (long)(total - left) : result;
}

/* Let go of `size` bytes that have been read. */
static void drop(struct stream *stream, size_t size)
{
	size_t left = size;

	while (left) {
		struct pbuf *packet = stream->first;
		size_t here = (size_t)packet->len - stream->offset;

		if (left < here) {
			stream->offset += left;
			break;
		}
		left -= here;
		stream->offset = 0;
		stream->first = packet->next;
		if (!stream->first)
			stream->last = NULL;
		stream->weight -= stream_weight(packet);
		packet->next = NULL;
		pbuf_free(packet);
	}
	for (left = size; left && stream->pcb;) {
		size_t once = left < UINT16_MAX ? left : UINT16_MAX;

		tcp_recved(stream->pcb, (u16_t)once);
		left -= once;
	}
}

/* Copy what has come to the parts; how much. */
static size_t copy(const struct stream *stream, struct socket_parts *parts)
{
	size_t done = 0, offset = stream->offset;

	for (const struct pbuf *packet = stream->first; packet; packet = packet->next, offset = 0) {
		size_t size = packet->len - offset, copied = socket_scatter(parts, (const char *)packet->payload + offset, size);

		done += copied;
		if (copied < size)
			break;
	}
	return done;
}

/*
 * The program has read all there is and wants more. So nothing goes out that an acknowledgement could go with, and the other side may be waiting
 * for one before it sends the rest (Nagle's algorithm).
 */
static void acknowledge(struct tcp_pcb *pcb)
{
	if (!pcb || !(pcb->flags & TF_ACK_DELAY))
		return;
	tcp_ack_now(pcb);
	tcp_output(pcb);
	network_flush();
}

long stream_receive(struct socket *socket, struct socket_parts parts, int flags, struct endpoint *from, bool *is_cut)
{
	struct stream *stream = stream_of(socket);
	uint64_t deadline = socket_deadline(socket->receive_limit);
	size_t total = socket_total(&parts), done = 0, size;
	bool takes_all = flags & SYS_MSG_WAITALL && !(flags & SYS_MSG_PEEK);
	long result = 0;

	(void)from;
	(void)is_cut;
	if (stream->state == STREAM_NEW || stream->state == STREAM_LISTENING)
		return -SYS_ENOTCONN;
	for (;;) {
		size = copy(stream, &parts);
		done += size;
		if (size && !(flags & SYS_MSG_PEEK)) {
			drop(stream, size);
			network_flush();
		}
		if (done ? !takes_all || done == total : !total && stream->first)
			break;
		if (stream->socket.error && !done)
			return socket_error(socket);
		if (stream->has_ended || stream->is_read_shut)
			break;
		acknowledge(stream->pcb);
		result = socket_wait(&socket->readers, may_wait(stream, flags), deadline);
		if (result)
			break;
	}
	return done ? (long)done : result;
}

void stream_forget_received(struct stream *stream)
{
	if (stream->first)
		pbuf_free(stream->first);
	stream->first = stream->last = NULL;
	stream->offset = 0;
	stream->weight = 0;
}

/* Whether there is room enough that it pays to wake a program. */
static bool is_writable(const struct stream *stream)
{
	return !stream->lacks_memory && room_of(stream) >= LWIP_MIN(TCP_SNDLOWAT, share_of(stream) / 4);
}

/* As tcp_poll of Linux has it. */
unsigned stream_ready(struct descriptor_object *object)
{
	struct stream *stream = (struct stream *)object;
	bool is_over = stream->state >= STREAM_FAILED, reads_end = stream->has_ended || stream->is_read_shut;
	unsigned now = stream->socket.error ? DESCRIPTOR_BROKEN : 0;

	switch (stream->state) {
	case STREAM_NEW:
		return now | DESCRIPTOR_WRITABLE | DESCRIPTOR_ENDED;
	case STREAM_LISTENING:
		return now | (stream->oldest ? DESCRIPTOR_READABLE : 0);
	case STREAM_CONNECTING:
		return now;
	default:
		break;
	}
	if (stream->first || reads_end)
		now |= DESCRIPTOR_READABLE;
	if (reads_end)
		now |= DESCRIPTOR_HALF;
	if (is_over || stream->is_write_shut || is_writable(stream))
		now |= DESCRIPTOR_WRITABLE;
	if (is_over || (reads_end && stream->is_write_shut))
		now |= DESCRIPTOR_ENDED;
	return now;
}

long stream_control(struct descriptor_object *object, unsigned long request, uintptr_t argument)
{
	struct stream *stream = (struct stream *)object;
	size_t waiting = 0;

	if (request != SYS_FIONREAD)
		return -SYS_ENOTTY;
	for (const struct pbuf *packet = stream->first; packet; packet = packet->next)
		waiting += packet->len;
	*(int *)argument = (int)(waiting - stream->offset);
	return 0;
}
