/* Datagrams: UDP. Each that has come waits with its sender; what is beyond a bound is dropped, as a network may. */

#include "datagram.h"

#include "family.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/udp.h"
#include "memory.h"
#include "network.h"
#include "string.h"

enum { WAITING_USUAL = 212992 }; /* bytes, with what it takes to keep them: Linux's default */

struct datagram {
	struct datagram *next;
	struct pbuf *packet;
	struct endpoint from;
};

struct datagram_socket {
	struct socket socket; /* the first */
	struct udp_pcb *pcb;
	struct datagram *first, *last;
	size_t waiting;
	bool is_connected;
	bool is_placed; /* the program has chosen the address of this side */
	bool is_read_shut;
	bool is_write_shut;
};

_Static_assert(offsetof(struct datagram_socket, pcb) == offsetof(struct socket_with_pcb, pcb), "it begins as each kind does");

static struct datagram_socket *datagrams_of(struct socket *socket)
{
	return (struct datagram_socket *)socket;
}

static size_t weight(const struct datagram *datagram)
{
	return sizeof(*datagram) + sizeof(struct pbuf) + datagram->packet->tot_len;
}

static void has_received(void *argument, struct udp_pcb *pcb, struct pbuf *packet, const ip_addr_t *from, u16_t port)
{
	struct datagram_socket *datagrams = argument;
	struct datagram *datagram = datagrams->waiting < (size_t)datagrams->socket.receive_bytes ? lwip_memory_take(sizeof(*datagram)) : NULL;

	(void)pcb;
	if (!datagram) {
		pbuf_free(packet);
		return;
	}
	*datagram = (struct datagram){NULL, packet, {*from, port}};
	if (datagrams->last)
		datagrams->last->next = datagram;
	else
		datagrams->first = datagram;
	datagrams->last = datagram;
	datagrams->waiting += weight(datagram);
	socket_changed(&datagrams->socket);
}

static void drop_first(struct datagram_socket *datagrams)
{
	struct datagram *datagram = datagrams->first;

	datagrams->first = datagram->next;
	if (!datagrams->first)
		datagrams->last = NULL;
	datagrams->waiting -= weight(datagram);
	pbuf_free(datagram->packet);
	lwip_memory_give(datagram);
}

/* Give it a local port at random, where the program has chosen none. -EADDRINUSE: there is none free, as far as was looked. */
static long choose_port(struct udp_pcb *pcb, const ip_addr_t *address)
{
	enum { TRIES = 64 };
	err_t error = ERR_OK;

	for (int tries = 0; !pcb->local_port && tries < TRIES; tries++)
		error = udp_bind(pcb, address, socket_random_port());
	return socket_result(error);
}

/* Likewise for what is about to send. -EAGAIN: there is none free, as Linux says it of datagrams. */
static long have_port(struct udp_pcb *pcb)
{
	long result = choose_port(pcb, &pcb->local_ip);

	return result == -SYS_EADDRINUSE ? -SYS_EAGAIN : result;
}

long datagram_bind(struct socket *socket, struct endpoint *to)
{
	struct datagram_socket *datagrams = datagrams_of(socket);
	long result;

	if (datagrams->pcb->local_port)
		return -SYS_EINVAL;
	result = family_may_bind(socket, to);
	if (result)
		return result;
	datagrams->is_placed = !ip_addr_isany(&to->address);
	return to->port ? socket_result(udp_bind(datagrams->pcb, &to->address, to->port)) : choose_port(datagrams->pcb, &to->address);
}

long datagram_connect(struct socket *socket, struct endpoint *to)
{
	struct datagram_socket *datagrams = datagrams_of(socket);
	struct udp_pcb *pcb = datagrams->pcb;
	const ip_addr_t *from;
	struct netif *way;
	long result = socket_reach(to);

	if (!result)
		result = have_port(pcb);
	if (result)
		return result;
	way = ip_route(&pcb->local_ip, &to->address);
	from = way ? ip_netif_get_local_ip(way, &to->address) : NULL;
	if (!from)
		return -SYS_ENETUNREACH;
	if (!datagrams->is_placed)
		ip_addr_copy(pcb->local_ip, *from);
	udp_connect(pcb, &to->address, to->port);
	datagrams->is_connected = true;
	return 0;
}

long datagram_disconnect(struct socket *socket)
{
	struct datagram_socket *datagrams = datagrams_of(socket);

	udp_disconnect(datagrams->pcb);
	if (!datagrams->is_placed)
		family_forget_place(socket, &datagrams->pcb->local_ip);
	datagrams->is_connected = false;
	return 0;
}

void socket_refused(const ip_addr_t *from, uint16_t from_port, const ip_addr_t *to, uint16_t to_port)
{
	for (struct udp_pcb *pcb = udp_pcbs; pcb; pcb = pcb->next) {
		struct datagram_socket *datagrams = pcb->recv_arg;

		if (pcb->recv != has_received || !datagrams->is_connected || pcb->local_port != from_port ||
		    pcb->remote_port != to_port || !ip_addr_cmp(&pcb->local_ip, from) || !ip_addr_cmp(&pcb->remote_ip, to))
			continue;
		datagrams->socket.error = SYS_ECONNREFUSED;
		socket_changed(&datagrams->socket);
	}
}

static struct pbuf *packet_of(struct socket_parts parts, size_t size)
{
	struct pbuf *packet = pbuf_alloc(PBUF_TRANSPORT, (u16_t)size, PBUF_RAM);
	size_t done = 0, length;
	const void *bytes;

	while (packet && (length = socket_next(&parts, &bytes))) {
		MEMCPY((char *)packet->payload + done, bytes, length);
		socket_advance(&parts, length);
		done += length;
	}
	return packet;
}

static long datagram_send(struct socket *socket, struct socket_parts parts, int flags, struct endpoint *to)
{
	struct datagram_socket *datagrams = datagrams_of(socket);
	size_t size = socket_total(&parts);
	struct pbuf *packet;
	long result = socket_error(socket);

	if (result)
		return result;
	if (datagrams->is_write_shut)
		return socket_broken(flags);
	if (size > family_datagram_most(to ? &to->address : &datagrams->pcb->remote_ip))
		return -SYS_EMSGSIZE;
	if (!to && !datagrams->is_connected)
		return -SYS_EDESTADDRREQ;
	if (to && !to->port)
		return -SYS_EINVAL;
	result = to ? socket_reach(to) : 0;
	if (!result)
		result = have_port(datagrams->pcb);
	if (result)
		return result;
	packet = packet_of(parts, size);
	if (!packet)
		return -SYS_ENOBUFS;
	if (to)
		result = socket_result(udp_sendto(datagrams->pcb, packet, &to->address, to->port));
	else
		result = socket_result(udp_send(datagrams->pcb, packet));
	pbuf_free(packet);
	network_flush();
	return result ? result : (long)size;
}

static long datagram_receive(struct socket *socket, struct socket_parts parts, int flags, struct endpoint *from, bool *is_cut)
{
	struct datagram_socket *datagrams = datagrams_of(socket);
	bool waits = !(flags & SYS_MSG_DONTWAIT) && !(socket->object.flags & SYS_O_NONBLOCK);
	uint64_t deadline = socket_deadline(socket->receive_limit);
	size_t size, done = 0;

	while (!datagrams->first) {
		long result = socket_error(socket);
		if (result || datagrams->is_read_shut)
			return result;
		result = socket_wait(&socket->readers, waits, deadline);
		if (result)
			return result;
	}
	for (const struct pbuf *piece = datagrams->first->packet; piece; piece = piece->next)
		done += socket_scatter(&parts, piece->payload, piece->len);
	size = datagrams->first->packet->tot_len;
	*is_cut = done < size;
	if (from)
		*from = datagrams->first->from;
	if (!(flags & SYS_MSG_PEEK))
		drop_first(datagrams);
	return (long)(flags & SYS_MSG_TRUNC ? size : done);
}

long datagram_shut_down(struct socket *socket, int how)
{
	struct datagram_socket *datagrams = datagrams_of(socket);

	if (!datagrams->is_connected)
		return -SYS_ENOTCONN;
	datagrams->is_read_shut |= how != SYS_SHUT_WR;
	datagrams->is_write_shut |= how != SYS_SHUT_RD;
	socket_changed(socket);
	return 0;
}

void datagram_local(struct socket *socket, struct endpoint *name)
{
	struct udp_pcb *pcb = datagrams_of(socket)->pcb;

	*name = (struct endpoint){pcb->local_ip, pcb->local_port};
}

bool datagram_remote(struct socket *socket, struct endpoint *name)
{
	struct datagram_socket *datagrams = datagrams_of(socket);

	*name = (struct endpoint){datagrams->pcb->remote_ip, datagrams->pcb->remote_port};
	return datagrams->is_connected;
}

static void datagram_release(struct descriptor_object *object)
{
	struct datagram_socket *datagrams = (struct datagram_socket *)object;

	udp_remove(datagrams->pcb);
	while (datagrams->first)
		drop_first(datagrams);
	socket_forget(&datagrams->socket);
}

static unsigned datagram_ready(struct descriptor_object *object)
{
	struct datagram_socket *datagrams = (struct datagram_socket *)object;

	return DESCRIPTOR_WRITABLE | (datagrams->first || datagrams->is_read_shut ? DESCRIPTOR_READABLE : 0) |
	       (datagrams->is_read_shut ? DESCRIPTOR_HALF : 0) | (datagrams->is_read_shut && datagrams->is_write_shut ? DESCRIPTOR_ENDED : 0) |
	       (datagrams->socket.error ? DESCRIPTOR_BROKEN : 0);
}

static long datagram_control(struct descriptor_object *object, unsigned long request, uintptr_t argument)
{
	struct datagram_socket *datagrams = (struct datagram_socket *)object;

	if (request != SYS_FIONREAD)
		return -SYS_ENOTTY;
	*(int *)argument = datagrams->first ? datagrams->first->packet->tot_len : 0;
	return 0;
}

const struct descriptor_operations socket_datagram_operations = {
	.read = socket_read,
	.write = socket_write,
	.write_parts = socket_write_parts,
	.status = socket_status,
	.control = datagram_control,
	.ready = datagram_ready,
	.release = datagram_release,
};

long datagram_set(struct socket *socket, int level, int name, int value)
{
	return socket_set_common((struct ip_pcb *)datagrams_of(socket)->pcb, level, name, value);
}

long datagram_get(struct socket *socket, int level, int name, int *value)
{
	return socket_get_common((struct ip_pcb *)datagrams_of(socket)->pcb, level, name, value);
}

const struct socket_kind socket_datagrams = {
	.type = SYS_SOCK_DGRAM,
	.buffer_usual = WAITING_USUAL,
	.buffer_most = WAITING_USUAL,
	.send = datagram_send,
	.receive = datagram_receive,
};

struct socket *socket_datagram(void)
{
	struct socket *socket = socket_make(sizeof(struct datagram_socket), &socket_datagrams, &socket_datagram_operations);
	struct udp_pcb *pcb = socket ? udp_new() : NULL;

	if (pcb) {
		datagrams_of(socket)->pcb = pcb;
		udp_recv(pcb, has_received, socket);
	} else if (socket) {
		socket_forget(socket);
		socket = NULL;
	}
	return socket;
}
