/* Streams: the life of a TCP connection, by lwIP's own calls without a queue between. */

#include "stream.h"

#include "family.h"
#include "lwip/tcp.h"
#include "lwip/priv/tcp_priv.h"
#include "memory.h"
#include "network.h"
#include "segments.h"
#include "sys_calls.h"

/* Both sides may have ended it: lwIP still remembers such a connection, but for its socket it is none. */
static bool is_connected(const struct stream *stream)
{
	return stream->state == STREAM_CONNECTED && stream->pcb->state != TIME_WAIT;
}

/* What lwIP tells; `stream` is what it was given by tcp_arg. */

static err_t has_received(void *argument, struct tcp_pcb *pcb, struct pbuf *packet, err_t error)
{
	struct stream *stream = argument;

	(void)error;
	if (!packet) {
		stream->has_ended = true;
	} else if (stream->is_read_shut) {
		tcp_recved(pcb, packet->tot_len);
		pbuf_free(packet);
		return ERR_OK;
	} else if (stream->first && stream->weight >= lwip_memory_share()) {
		return ERR_MEM; /* lwIP keeps it and asks again; what comes after it is not taken */
	} else {
		if (stream->last)
			stream->last->next = packet;
		else
			stream->first = packet;
		for (; packet; packet = packet->next) {
			stream->weight += stream_weight(packet);
			stream->last = packet;
		}
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

/*
 * There is a connection now. Where the program has asked for a small buffer, no more is let come than that; lwIP tells of room again only
 * once there is some for a segment, so that is the least. lwIP makes segments of half the largest window that it has seen, or of any size if
 * that was none; but later ones must not be smaller than those that wait.
 */
static void establish(struct stream *stream, struct tcp_pcb *pcb)
{
	enum { SEND_LEAST = 2 * 536 };
	tcpwnd_size_t window = (tcpwnd_size_t)stream->socket.receive_bytes / 2;

	stream->state = STREAM_CONNECTED;
	if (pcb->snd_wnd_max < 2)
		pcb->snd_wnd_max = SEND_LEAST;
	if (window >= TCP_WND) {
		segments_widen(pcb);
		return;
	}
	pcb->rcv_wnd = pcb->rcv_ann_wnd = LWIP_MAX(window, 2u * pcb->mss);
	pcb->rcv_ann_right_edge = pcb->rcv_nxt + pcb->rcv_wnd;
}

static err_t has_connected(void *argument, struct tcp_pcb *pcb, err_t error)
{
	struct stream *stream = argument;

	(void)error;
	establish(stream, pcb);
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
	if (stream->has_ended && stream->is_write_shut)
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

/* A stream to be given a connection. NULL: memory has ended. */
static struct socket *without_connection(void)
{
	return socket_make(sizeof(struct stream), &socket_streams, &socket_stream_operations);
}

/*
 * Forget the oldest of those in the row that have been reset, if the row is longer than it may be: lwIP counts only those that live. The youngest
 * lives.
 */
static void forget_reset(struct stream *listener)
{
	struct stream **gone = NULL, *stream;
	unsigned count = 0;

	for (struct stream **link = &listener->oldest; *link; link = &(*link)->next, count++)
		if (!gone && !(*link)->pcb)
			gone = link;
	if (!gone || count <= ((const struct tcp_pcb_listen *)listener->pcb)->backlog)
		return;
	stream = *gone;
	*gone = stream->next;
	stream_forget_received(stream);
	socket_forget(&stream->socket);
}

static err_t has_accepted(void *argument, struct tcp_pcb *pcb, err_t error)
{
	struct stream *listener = argument, *stream;

	if (error != ERR_OK || !pcb)
		return ERR_VAL;
	stream = stream_of(without_connection());
	if (!stream)
		return ERR_MEM;
	attach(stream, pcb);
	family_inherit(&stream->socket, &listener->socket);
	stream->socket.receive_bytes = listener->socket.receive_bytes;
	stream->socket.send_bytes = listener->socket.send_bytes;
	establish(stream, pcb);
	stream->is_announced = true;
	stream->socket.receive_limit = listener->socket.receive_limit;
	stream->socket.send_limit = listener->socket.send_limit;
	tcp_backlog_delayed(pcb);
	if (listener->youngest)
		listener->youngest->next = stream;
	else
		listener->oldest = stream;
	listener->youngest = stream;
	forget_reset(listener);
	socket_changed(&listener->socket);
	return ERR_OK;
}

/* Operations. */

/* Give it a local port at random, where the program has chosen none. -EADDRINUSE: there is none free, as far as was looked. */
static long choose_port(struct tcp_pcb *pcb, const ip_addr_t *address)
{
	enum { TRIES = 64 };
	err_t error = ERR_OK;

	for (int tries = 0; !pcb->local_port && tries < TRIES; tries++)
		error = tcp_bind(pcb, address, socket_random_port());
	return socket_result(error);
}

long stream_bind(struct socket *socket, struct endpoint *to)
{
	struct stream *stream = stream_of(socket);
	long result;

	if (stream->state != STREAM_NEW || stream->pcb->local_port)
		return -SYS_EINVAL;
	result = family_may_bind(socket, to);
	if (result)
		return result;
	return to->port ? socket_result(tcp_bind(stream->pcb, &to->address, to->port)) : choose_port(stream->pcb, &to->address);
}

/* After a connection that failed: begin again. Its error, which this tells. */
static long start_anew(struct stream *stream)
{
	long error = socket_error(&stream->socket);
	struct tcp_pcb *pcb = family_connection(&stream->socket);

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

long stream_connect(struct socket *socket, struct endpoint *to, bool waits)
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
		result = choose_port(stream->pcb, &stream->pcb->local_ip);
	if (result == -SYS_EADDRINUSE)
		result = -SYS_EADDRNOTAVAIL;
	if (!result)
		result = socket_result(tcp_connect(stream->pcb, &to->address, to->port, has_connected));
	if (result)
		return result;
	stream->state = STREAM_CONNECTING;
	network_flush();
	return await_connection(stream, waits);
}

long stream_listen(struct socket *socket, int backlog)
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
	result = choose_port(stream->pcb, &stream->pcb->local_ip);
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

long stream_accept(struct socket *socket, bool waits, struct socket **accepted, struct endpoint *from)
{
	struct stream *listener = stream_of(socket), *stream;
	uint64_t deadline = socket_deadline(socket->receive_limit);

	if (listener->state != STREAM_LISTENING)
		return -SYS_EINVAL;
	/* Who finds no descriptor free leaves the connection to whom will have one. */
	while (descriptor_has_room() && !listener->oldest) {
		long result = socket_wait(&socket->readers, waits, deadline);
		if (result)
			return result;
		if (listener->state != STREAM_LISTENING)
			return -SYS_EINVAL;
	}
	if (!descriptor_has_room()) {
		wait_yield(); /* who asks again and again may be waiting for others, or for the network */
		return -SYS_EMFILE;
	}
	stream = listener->oldest;
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
		stream_forget_received(waiting);
		socket_forget(&waiting->socket);
	}
	stream->oldest = stream->youngest = NULL;
}

/*
 * Nobody holds the connection any more. If the other side, which may be there and never read, takes nothing for a minute, it goes too. `argument` is
 * the last number that it has acknowledged, and how many turns ago above it.
 */
static err_t give_up(void *argument, struct tcp_pcb *pcb)
{
	enum { TURNS = 60000 / TCP_SLOW_INTERVAL };
	uint64_t turns = (uint64_t)(uintptr_t)argument >> 32;

	turns = (uint32_t)(uintptr_t)argument == pcb->lastack ? turns + 1 : 0;
	if (turns == TURNS) {
		tcp_abort(pcb);
		return ERR_ABRT;
	}
	tcp_arg(pcb, (void *)(uintptr_t)(turns << 32 | pcb->lastack));
	return ERR_OK;
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
	tcp_poll(pcb, give_up, 1);
	if (stream->lingers && !stream->linger_seconds)
		tcp_abort(pcb);
	else if (tcp_close(pcb) != ERR_OK)
		tcp_abort(pcb);
}

/* It is as new, and who waits for connections is told. */
static long stop_listening(struct stream *stream)
{
	struct tcp_pcb *pcb = family_connection(&stream->socket);

	if (!pcb)
		return -SYS_ENOBUFS;
	detach(stream);
	abandon(stream);
	attach(stream, pcb);
	stream->state = STREAM_NEW;
	socket_changed(&stream->socket);
	return 0;
}

long stream_shut_down(struct socket *socket, int how)
{
	struct stream *stream = stream_of(socket);

	if (stream->state == STREAM_LISTENING)
		return how == SYS_SHUT_WR ? 0 : stop_listening(stream);
	if (!is_connected(stream))
		return -SYS_ENOTCONN;
	if (how != SYS_SHUT_WR) {
		stream->is_read_shut = true;
		stream_forget_received(stream);
	}
	if (how != SYS_SHUT_RD && !stream->is_write_shut) {
		stream->is_write_shut = true;
		tcp_shutdown(stream->pcb, 0, 1);
		network_flush();
	}
	socket_changed(socket);
	return 0;
}

void stream_local(struct socket *socket, struct endpoint *name)
{
	struct tcp_pcb *pcb = stream_of(socket)->pcb;

	if (pcb)
		*name = (struct endpoint){pcb->local_ip, pcb->local_port};
}

bool stream_remote(struct socket *socket, struct endpoint *name)
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
	stream_forget_received(stream);
	socket_forget(&stream->socket);
	network_flush();
}

const struct descriptor_operations socket_stream_operations = {
	.read = socket_read,
	.write = socket_write,
	.write_parts = socket_write_parts,
	.status = socket_status,
	.control = stream_control,
	.ready = stream_ready,
	.release = stream_release,
};

const struct socket_kind socket_streams = {
	.type = SYS_SOCK_STREAM,
	.buffer_usual = 2 * TCP_WND,
	.buffer_most = TCP_WND,
	.send = stream_send,
	.receive = stream_receive,
};

struct socket *socket_stream(void)
{
	struct socket *socket = without_connection();
	struct tcp_pcb *pcb = socket ? tcp_new() : NULL;

	if (pcb) {
		attach(stream_of(socket), pcb);
	} else if (socket) {
		socket_forget(socket);
		socket = NULL;
	}
	return socket;
}
