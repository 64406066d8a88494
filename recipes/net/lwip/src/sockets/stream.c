/*
 * Streams: TCP by lwIP's own calls, without a queue between. What has come waits in the packets in which it came; what is sent is
 * copied into lwIP's, for the program may change its bytes at once.
 */

#include "stream.h"

#include "lwip/tcp.h"
#include "lwip/priv/tcp_priv.h"
#include "network.h"
#include "segments.h"
#include "sys_calls.h"

static struct stream *stream_of(struct socket *socket)
{
	return (struct stream *)socket;
}

/* Both sides may have ended it: lwIP still remembers such a connection, but for its socket it is none. */
static bool is_connected(const struct stream *stream)
{
	return stream->state == STREAM_CONNECTED && stream->pcb->state != TIME_WAIT;
}

static bool may_wait(const struct stream *stream, int flags)
{
	return !(flags & SYS_MSG_DONTWAIT) && !(stream->socket.object.flags & SYS_O_NONBLOCK);
}

/* What lwIP tells; `stream` is what it was given by tcp_arg. */

static err_t has_received(void *argument, struct tcp_pcb *pcb, struct pbuf *packet, err_t error)
{
	struct stream *stream = argument;

	(void)pcb;
	(void)error;
	if (!packet) {
		stream->has_ended = true;
	} else if (stream->is_deaf) {
		tcp_recved(pcb, packet->tot_len);
		pbuf_free(packet);
		return ERR_OK;
	} else {
		if (stream->last)
			stream->last->next = packet;
		else
			stream->first = packet;
		while (packet->next)
			packet = packet->next;
		stream->last = packet;
	}
	socket_changed(&stream->socket);
	return ERR_OK;
}

static err_t has_sent(void *argument, struct tcp_pcb *pcb, u16_t size)
{
	struct stream *stream = argument;

	(void)pcb;
	(void)size;
	socket_changed(&stream->socket);
	return ERR_OK;
}

static err_t has_connected(void *argument, struct tcp_pcb *pcb, err_t error)
{
	struct stream *stream = argument;

	(void)error;
	stream->state = STREAM_CONNECTED;
	segments_widen(pcb);
	socket_changed(&stream->socket);
	return ERR_OK;
}

/*
 * The connection's record goes, for whatever reason. Of one that both sides have ended that is all that is told: lwIP remembers it for a
 * while, or less if others need the room.
 */
static void has_gone(u8_t number, void *argument)
{
	struct stream *stream = argument;

	(void)number;
	if (!stream)
		return;
	stream->pcb = NULL;
	if (stream->has_ended && stream->is_shut)
		stream->state = STREAM_OVER;
}

static const struct tcp_ext_arg_callbacks ends = {.destroy = has_gone};

/* lwIP has given the connection up. */
static void has_failed(void *argument, err_t error)
{
	struct stream *stream = argument;

	if (stream->state == STREAM_CONNECTING)
		stream->socket.error = error == ERR_RST ? SYS_ECONNREFUSED : SYS_ETIMEDOUT;
	else if (error == ERR_RST)
		stream->socket.error = stream->has_ended ? SYS_EPIPE : SYS_ECONNRESET;
	else
		stream->socket.error = error == ERR_CLSD ? 0 : SYS_ETIMEDOUT;
	stream->has_ended = true;
	stream->state = stream->state == STREAM_CONNECTING ? STREAM_FAILED : STREAM_OVER;
	socket_changed(&stream->socket);
}

static void attach(struct stream *stream, struct tcp_pcb *pcb)
{
	stream->pcb = pcb;
	tcp_arg(pcb, stream);
	tcp_recv(pcb, has_received);
	tcp_sent(pcb, has_sent);
	tcp_err(pcb, has_failed);
	tcp_ext_arg_set_callbacks(pcb, 0, &ends);
	tcp_ext_arg_set(pcb, 0, stream);
}

static err_t has_accepted(void *argument, struct tcp_pcb *pcb, err_t error)
{
	struct stream *listener = argument, *stream;

	if (error != ERR_OK || !pcb)
		return ERR_VAL;
	stream = (struct stream *)socket_stream_without_pcb();
	if (!stream)
		return ERR_MEM;
	attach(stream, pcb);
	stream->state = STREAM_CONNECTED;
	stream->is_announced = true;
	segments_widen(pcb);
	stream->socket.receive_limit = listener->socket.receive_limit;
	stream->socket.send_limit = listener->socket.send_limit;
	tcp_backlog_delayed(pcb);
	if (listener->youngest)
		listener->youngest->next = stream;
	else
		listener->oldest = stream;
	listener->youngest = stream;
	socket_changed(&listener->socket);
	return ERR_OK;
}

/* Operations. */

static long stream_bind(struct socket *socket, const struct endpoint *to)
{
	struct stream *stream = stream_of(socket);

	if (stream->state != STREAM_NEW || stream->pcb->local_port)
		return -SYS_EINVAL;
	if (!ip_addr_isany(&to->address) && !ip_route(NULL, &to->address))
		return -SYS_EADDRNOTAVAIL;
	return socket_result(tcp_bind(stream->pcb, &to->address, to->port));
}

/* A local port at random, where the program has chosen none. */
static long choose_port(struct tcp_pcb *pcb)
{
	enum { TRIES = 64 };
	err_t error = ERR_OK;

	for (int tries = 0; !pcb->local_port && tries < TRIES; tries++)
		error = tcp_bind(pcb, &pcb->local_ip, socket_random_port());
	return error == ERR_USE ? -SYS_EADDRNOTAVAIL : socket_result(error);
}

/* After a connection that failed: begin again. Its error, which this tells. */
static long start_anew(struct stream *stream)
{
	long error = socket_error(&stream->socket);
	struct tcp_pcb *pcb = tcp_new();

	if (pcb) {
		attach(stream, pcb);
		stream->state = STREAM_NEW;
		stream->has_ended = false;
	}
	return error ? error : -SYS_ECONNABORTED;
}

static long await_connection(struct stream *stream, bool waits)
{
	struct socket *socket = &stream->socket;
	uint64_t deadline = socket_deadline(socket->send_limit);

	while (stream->state == STREAM_CONNECTING) {
		long result = waits ? socket_wait(&socket->writers, true, deadline) : -SYS_EAGAIN;
		if (result)
			return result == -SYS_EAGAIN ? -SYS_EINPROGRESS : result;
	}
	if (stream->state != STREAM_CONNECTED)
		return start_anew(stream);
	stream->is_announced = true;
	return 0;
}

static long stream_connect(struct socket *socket, struct endpoint *to, bool waits)
{
	struct stream *stream = stream_of(socket);
	long result;

	switch (stream->state) {
	case STREAM_CONNECTED:
		if (!stream->is_announced)
			return await_connection(stream, waits);
		return -SYS_EISCONN;
	case STREAM_LISTENING:
	case STREAM_OVER:
		return -SYS_EISCONN;
	case STREAM_CONNECTING:
		return waits ? await_connection(stream, waits) : -SYS_EALREADY;
	case STREAM_FAILED:
		return start_anew(stream);
	case STREAM_NEW:
		break;
	}
	result = socket_reach(to);
	if (!result)
		result = choose_port(stream->pcb);
	if (!result)
		result = socket_result(tcp_connect(stream->pcb, &to->address, to->port, has_connected));
	if (result)
		return result;
	stream->state = STREAM_CONNECTING;
	network_flush();
	return await_connection(stream, waits);
}

static long stream_listen(struct socket *socket, int backlog)
{
	enum { BACKLOG_MOST = 255 };
	struct stream *stream = stream_of(socket);
	u8_t length = (u8_t)(backlog < 1 ? 1 : backlog > BACKLOG_MOST ? BACKLOG_MOST : backlog);
	struct tcp_pcb *listening;
	err_t error;
	long result;

	if (stream->state == STREAM_LISTENING) {
		tcp_backlog_set(stream->pcb, length);
		return 0;
	}
	if (stream->state != STREAM_NEW)
		return -SYS_EINVAL;
	result = choose_port(stream->pcb);
	if (result)
		return result;
	listening = tcp_listen_with_backlog_and_err(stream->pcb, length, &error);
	if (!listening)
		return socket_result(error);
	stream->pcb = listening;
	stream->state = STREAM_LISTENING;
	tcp_arg(listening, stream);
	tcp_accept(listening, has_accepted);
	return 0;
}

static long stream_accept(struct socket *socket, bool waits, struct socket **accepted, struct endpoint *from)
{
	struct stream *listener = stream_of(socket), *stream;
	uint64_t deadline = socket_deadline(socket->receive_limit);

	if (listener->state != STREAM_LISTENING)
		return -SYS_EINVAL;
	while (!(stream = listener->oldest)) {
		long result = socket_wait(&socket->readers, waits, deadline);
		if (result)
			return result;
		if (listener->state != STREAM_LISTENING)
			return -SYS_EINVAL;
	}
	listener->oldest = stream->next;
	if (!listener->oldest)
		listener->youngest = NULL;
	stream->next = NULL;
	*from = (struct endpoint){0};
	if (stream->pcb) { /* it may have been reset since */
		tcp_backlog_accepted(stream->pcb);
		from->address = stream->pcb->remote_ip;
		from->port = stream->pcb->remote_port;
	}
	*accepted = &stream->socket;
	return 0;
}

/* Why nothing can be sent; zero: something can, if there is room. */
static long cannot_send(struct stream *stream, int flags)
{
	long error = socket_error(&stream->socket);

	if (error)
		return error == -SYS_EPIPE ? socket_broken(flags) : error;
	if (stream->state == STREAM_NEW || stream->state == STREAM_LISTENING)
		return socket_broken(flags);
	return stream->is_shut || !stream->pcb ? socket_broken(flags) : 0;
}

/* Take as much of the parts as there is room for. False: there is none. */
static bool take(struct stream *stream, struct socket_parts *parts, size_t *left, int flags)
{
	enum { ONCE_MOST = 0xffff };
	const void *bytes;
	bool has_taken = false;
	size_t size;

	while (*left && (size = socket_next(parts, &bytes))) {
		size_t room = tcp_sndbuf(stream->pcb);
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

static long stream_send(struct socket *socket, struct socket_parts parts, int flags, struct endpoint *to)
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
			tcp_output(stream->pcb);
			continue;
		}
		/* Nobody would wake us if the last of the memory went elsewhere. */
		if (stream->state == STREAM_CONNECTED && !tcp_sndqueuelen(stream->pcb))
			result = -SYS_ENOBUFS;
		else
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

static long stream_receive(struct socket *socket, struct socket_parts parts, int flags, struct endpoint *from, bool *is_cut)
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
		if (stream->has_ended || stream->is_deaf)
			break;
		result = socket_wait(&socket->readers, may_wait(stream, flags), deadline);
		if (result)
			break;
	}
	return done ? (long)done : result;
}

static void free_received(struct stream *stream)
{
	if (stream->first)
		pbuf_free(stream->first);
	stream->first = stream->last = NULL;
	stream->offset = 0;
}

/* Closing: what was sent still arrives, without the program. */

static void abandon(struct stream *stream)
{
	struct stream *next;

	for (struct stream *waiting = stream->oldest; waiting; waiting = next) {
		next = waiting->next;
		if (waiting->pcb) {
			tcp_ext_arg_set(waiting->pcb, 0, NULL);
			tcp_arg(waiting->pcb, NULL);
			tcp_err(waiting->pcb, NULL);
			tcp_abort(waiting->pcb);
		}
		free_received(waiting);
		socket_forget(&waiting->socket);
	}
	stream->oldest = stream->youngest = NULL;
}

static void detach(struct stream *stream)
{
	struct tcp_pcb *pcb = stream->pcb;

	tcp_arg(pcb, NULL);
	if (stream->state == STREAM_LISTENING) {
		tcp_accept(pcb, NULL);
		tcp_close(pcb);
		return;
	}
	tcp_ext_arg_set(pcb, 0, NULL);
	tcp_recv(pcb, NULL);
	tcp_sent(pcb, NULL);
	tcp_err(pcb, NULL);
	if (stream->lingers && !stream->linger_seconds)
		tcp_abort(pcb);
	else if (tcp_close(pcb) != ERR_OK)
		tcp_abort(pcb);
}

/* It is as new, and who waits for connections is told. */
static long stop_listening(struct stream *stream)
{
	struct tcp_pcb *pcb = tcp_new();

	if (!pcb)
		return -SYS_ENOBUFS;
	detach(stream);
	abandon(stream);
	attach(stream, pcb);
	stream->state = STREAM_NEW;
	socket_changed(&stream->socket);
	return 0;
}

static long stream_shut_down(struct socket *socket, int how)
{
	struct stream *stream = stream_of(socket);

	if (stream->state == STREAM_LISTENING)
		return how == SYS_SHUT_WR ? 0 : stop_listening(stream);
	if (!is_connected(stream))
		return -SYS_ENOTCONN;
	if (how != SYS_SHUT_WR) {
		stream->is_deaf = true;
		free_received(stream);
	}
	if (how != SYS_SHUT_RD && !stream->is_shut) {
		stream->is_shut = true;
		tcp_shutdown(stream->pcb, 0, 1);
		network_flush();
	}
	socket_changed(socket);
	return 0;
}

static bool stream_local(struct socket *socket, struct endpoint *name)
{
	struct tcp_pcb *pcb = stream_of(socket)->pcb;

	if (pcb)
		*name = (struct endpoint){pcb->local_ip, pcb->local_port};
	return pcb != NULL;
}

static bool stream_remote(struct socket *socket, struct endpoint *name)
{
	struct stream *stream = stream_of(socket);

	if (!is_connected(stream))
		return false;
	*name = (struct endpoint){stream->pcb->remote_ip, stream->pcb->remote_port};
	return true;
}

static void stream_release(struct descriptor_object *object)
{
	struct stream *stream = (struct stream *)object;

	if (stream->pcb)
		detach(stream);
	abandon(stream);
	free_received(stream);
	socket_forget(&stream->socket);
	network_flush();
}

static long stream_read(struct descriptor_object *object, void *bytes, size_t size, int64_t *position)
{
	struct sys_iovec part = {bytes, size};
	bool is_cut;
	long result;

	(void)position;
	if (!size)
		return 0;
	object->references++; /* it may be closed meanwhile */
	result = stream_receive((struct socket *)object, (struct socket_parts){&part, 1, 0}, 0, NULL, &is_cut);
	descriptor_release(object);
	return result;
}

static long send_kept(struct descriptor_object *object, const struct sys_iovec *parts, size_t count)
{
	long result;

	object->references++;
	result = stream_send((struct socket *)object, (struct socket_parts){parts, count, 0}, 0, NULL);
	descriptor_release(object);
	return result;
}

static long stream_write(struct descriptor_object *object, const void *bytes, size_t size, int64_t *position)
{
	struct sys_iovec part = {(void *)bytes, size};

	(void)position;
	return send_kept(object, &part, 1);
}

static long stream_write_parts(struct descriptor_object *object, const struct sys_iovec *parts, size_t count)
{
	return send_kept(object, parts, count);
}

/* As tcp_poll of Linux has it. */
static unsigned stream_ready(struct descriptor_object *object)
{
	struct stream *stream = (struct stream *)object;
	bool is_over = stream->state >= STREAM_FAILED, reads_end = stream->has_ended || stream->is_deaf;
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
	if (is_over || stream->is_shut || tcp_sndbuf(stream->pcb) >= TCP_SNDLOWAT)
		now |= DESCRIPTOR_WRITABLE;
	if (is_over || (reads_end && stream->is_shut))
		now |= DESCRIPTOR_ENDED;
	return now;
}

static long stream_control(struct descriptor_object *object, unsigned long request, uintptr_t argument)
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

static void stream_status(struct descriptor_object *object, struct sys_stat *status)
{
	status->mode = SYS_S_IFSOCK | 0777;
	status->inode = ((struct socket *)object)->inode;
}

const struct descriptor_operations socket_stream_operations = {
	.read = stream_read,
	.write = stream_write,
	.write_parts = stream_write_parts,
	.status = stream_status,
	.control = stream_control,
	.ready = stream_ready,
	.release = stream_release,
};

enum { KEEP_SECONDS_MOST = 32767, KEEP_COUNT_MOST = 127 };

static long set_within(u32_t *where, int value, int most, u32_t unit)
{
	if (value < 1 || value > most)
		return -SYS_EINVAL;
	*where = (u32_t)value * unit;
	return 0;
}

static long stream_set(struct socket *socket, int level, int name, int value)
{
	struct stream *stream = stream_of(socket);
	struct tcp_pcb *pcb = stream->pcb;

	if (level == SYS_SOL_SOCKET && name == SYS_SO_LINGER) {
		stream->lingers = value >= 0;
		stream->linger_seconds = value;
		return 0;
	}
	if (level == SYS_SOL_SOCKET || level == SYS_IPPROTO_IP || !pcb)
		return socket_set_common((struct ip_pcb *)pcb, level, name, value);
	if (level != SYS_IPPROTO_TCP)
		return -SYS_ENOPROTOOPT;
	if (stream->state == STREAM_LISTENING)
		return name == SYS_TCP_DEFER_ACCEPT || name == SYS_TCP_NODELAY || name == SYS_TCP_FASTOPEN ? 0 : -SYS_ENOPROTOOPT;
	switch (name) {
	case SYS_TCP_NODELAY:
		if (value) {
			tcp_nagle_disable(pcb);
			tcp_output(pcb);
			network_flush();
		} else {
			tcp_nagle_enable(pcb);
		}
		return 0;
	case SYS_TCP_KEEPIDLE:
		return set_within(&pcb->keep_idle, value, KEEP_SECONDS_MOST, 1000);
	case SYS_TCP_KEEPINTVL:
		return set_within(&pcb->keep_intvl, value, KEEP_SECONDS_MOST, 1000);
	case SYS_TCP_KEEPCNT:
		return set_within(&pcb->keep_cnt, value, KEEP_COUNT_MOST, 1);
	case SYS_TCP_QUICKACK:
	case SYS_TCP_USER_TIMEOUT:
		return 0;
	default:
		return -SYS_ENOPROTOOPT;
	}
}

static long stream_get(struct socket *socket, int level, int name, int *value)
{
	struct stream *stream = stream_of(socket);
	struct tcp_pcb *pcb = stream->pcb;

	if (level == SYS_SOL_SOCKET && name == SYS_SO_ACCEPTCONN) {
		*value = stream->state == STREAM_LISTENING;
		return 0;
	}
	if (level == SYS_SOL_SOCKET && name == SYS_SO_LINGER) {
		*value = stream->lingers ? stream->linger_seconds : -1;
		return 0;
	}
	if (level != SYS_IPPROTO_TCP)
		return socket_get_common((struct ip_pcb *)pcb, level, name, value);
	switch (name) {
	case SYS_TCP_NODELAY:
		*value = pcb && stream->state != STREAM_LISTENING && tcp_nagle_disabled(pcb);
		return 0;
	case SYS_TCP_KEEPIDLE:
		*value = (int)(pcb && stream->state != STREAM_LISTENING ? pcb->keep_idle : TCP_KEEPIDLE_DEFAULT) / 1000;
		return 0;
	case SYS_TCP_KEEPINTVL:
		*value = (int)(pcb && stream->state != STREAM_LISTENING ? pcb->keep_intvl : TCP_KEEPINTVL_DEFAULT) / 1000;
		return 0;
	case SYS_TCP_KEEPCNT:
		*value = (int)(pcb && stream->state != STREAM_LISTENING ? pcb->keep_cnt : TCP_KEEPCNT_DEFAULT);
		return 0;
	case SYS_TCP_MAXSEG:
		*value = pcb && stream->state != STREAM_LISTENING ? tcp_mss(pcb) : TCP_MSS;
		return 0;
	default:
		return -SYS_ENOPROTOOPT;
	}
}

const struct socket_kind socket_streams = {
	.type = SYS_SOCK_STREAM,
	.bind = stream_bind,
	.connect = stream_connect,
	.listen = stream_listen,
	.accept = stream_accept,
	.send = stream_send,
	.receive = stream_receive,
	.shut_down = stream_shut_down,
	.local = stream_local,
	.remote = stream_remote,
	.set = stream_set,
	.get = stream_get,
};

struct socket *socket_stream_without_pcb(void)
{
	return socket_make(sizeof(struct stream), &socket_streams, &socket_stream_operations);
}

struct socket *socket_stream(void)
{
	struct socket *socket = socket_stream_without_pcb();
	struct tcp_pcb *pcb = socket ? tcp_new() : NULL;

	if (pcb) {
		attach(stream_of(socket), pcb);
	} else if (socket) {
		socket_forget(socket);
		socket = NULL;
	}
	return socket;
}
