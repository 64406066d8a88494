/*
 * What lwIP does not do itself before it takes a SYN, which anybody can send:
 *
 * - A connection that ended a moment ago makes room for a new one between the same ports if the new one's sequence numbers follow (RFC 1122,
 *   section 4.2.2.13), else a client that comes back soon would be refused until the old one is forgotten.
 * - Only so many ended connections are remembered: the oldest goes, for lwIP looks through them all for each new one.
 * - Where the row of those who wait for a listener is full, the oldest half-open connection gives up its place (half_open.c).
 *
 * Nor does it look at these segments of a connection, each of which would end the guest, for lwIP then finds itself in a state that cannot be:
 *
 * - One that asks for a connection and agrees to it, where this side has done so already: it is taken for data that is longer by one byte.
 * - One that names a size of segments, which only a request may do: what waits to be sent is then too large.
 * - One that is just half of all sequence numbers behind.
 * - One that comes too early and is the last, or reaches beyond the window: it is kept, and what then comes may not fit before it. It comes again.
 *
 * And what lwIP does not look at: of ICMP, that nobody has the port to which a datagram was sent; of DHCP, whether what is offered can be.
 */

#include "guard.h"

#include <stddef.h>

#include "family.h"
#include "lwip/ip.h"
#include "lwip/priv/tcp_priv.h"
#include "network.h"
#include "socket.h"

enum { ENDED_MOST = 128 };

struct request {
	const struct layers *layers;
	u16_t source, destination;
	u32_t number; /* of the SYN */
};

/* Whether the packet, none of whose segment is checked yet, asks for a connection. */
static bool is_request(struct pbuf *packet, const struct layers *layers, struct request *request)
{
	const struct tcp_hdr *segment = (const struct tcp_hdr *)((const char *)packet->payload + layers->length);

	if (layers->protocol != IP_PROTO_TCP || packet->len < layers->length + TCP_HLEN ||
	    (TCPH_FLAGS(segment) & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
		return false;
	request->layers = layers;
	request->source = lwip_ntohs(segment->src);
	request->destination = lwip_ntohs(segment->dest);
	request->number = lwip_ntohl(segment->seqno);
	return true;
}

static bool is_between(const struct tcp_pcb *pcb, const struct request *request)
{
	return pcb->remote_port == request->source && pcb->local_port == request->destination &&
	       ip_addr_cmp(&pcb->remote_ip, &request->layers->from) && ip_addr_cmp(&pcb->local_ip, &request->layers->to);
}

static void forget_ended(const struct request *request)
{
	unsigned count = 0;
	struct tcp_pcb *next;

	for (struct tcp_pcb *pcb = tcp_tw_pcbs; pcb; pcb = next) {
		next = pcb->next;
		if (++count > ENDED_MOST || (is_between(pcb, request) && TCP_SEQ_GT(request->number, pcb->rcv_nxt)))
			tcp_abort(pcb); /* of an ended one without a word to the other side */
	}
}

/* A word of 16 bits in the order of the network. */
static u16_t half(const u8_t *bytes)
{
	return (u16_t)(bytes[0] << 8 | bytes[1]);
}

/* If the packet says that a datagram has found nobody at its port, tell the socket: in it is the datagram's own beginning. */
static void look_for_refusal(struct pbuf *packet, const struct layers *layers)
{
	enum { ICMP_BYTES = 8, PORTS_BYTES = 4 };
	const u8_t *message = (const u8_t *)packet->payload + layers->length;
	unsigned length = layers->length + ICMP_BYTES;
	struct layers inner;

	if (packet->len < length || !family_says_no_port(layers, message) ||
	    !family_look(message + ICMP_BYTES, packet->len - length, &inner))
		return;
	length += inner.length;
	if (inner.protocol != IP_PROTO_UDP || packet->len < length + PORTS_BYTES)
		return;
	message = (const u8_t *)packet->payload + length;
	socket_refused(&inner.from, half(message), &inner.to, half(message + 2));
}

int lwip_guard(struct pbuf *packet)
{
	struct request request;
	struct layers layers;

	if (!family_look(packet->payload, packet->len, &layers))
		return 0;
	if (family_refuses(packet, &layers) || (layers.protocol == IP_PROTO_UDP && !network_address_may_come_by(packet))) {
		pbuf_free(packet);
		return 1;
	}
	if (family_is_about_errors(&layers)) {
		look_for_refusal(packet, &layers);
	} else if (is_request(packet, &layers, &request)) {
		forget_ended(&request);
	}
	return 0;
}

static u8_t option_byte(const struct tcp_options *options, u16_t at)
{
	return at >= options->size ? 0 : at < options->first_size ? options->first[at] : options->second[at - options->first_size];
}

/* Whether one of the options is the size of segments. */
static bool has_size(const struct tcp_options *options)
{
	u16_t at = 0;

	while (at < options->size) {
		u8_t kind = option_byte(options, at), size;

		if (kind == LWIP_TCP_OPT_EOL || kind == LWIP_TCP_OPT_MSS)
			return kind == LWIP_TCP_OPT_MSS;
		size = kind == LWIP_TCP_OPT_NOP ? 1 : option_byte(options, at + 1);
		if (!size)
			return false;
		at = (u16_t)(at + size);
	}
	return false;
}

/*
 * An acknowledgement that repeats the last one tells of a lost segment, and the third such one has it sent again at once. lwIP takes it for a repetition only
 * if its window is the same as before, but Linux's window grows with all that comes, so a loss would be noticed only when the time is over. What
 * acknowledges something behind a gap as well (SACK, the only option that such segments have) tells of a loss whatever its window: that is taken over before
 * lwIP compares.
 */
static void take_window(struct tcp_pcb *pcb, const struct tcp_hdr *segment)
{
	if (segment->ackno == pcb->lastack && pcb->snd_wl2 == segment->ackno && (tcpwnd_size_t)SND_WND_SCALE(pcb, segment->wnd) > pcb->snd_wnd)
		pcb->snd_wnd = SND_WND_SCALE(pcb, segment->wnd);
}

err_t lwip_guard_segment(struct tcp_pcb *pcb, const struct tcp_hdr *segment, const struct tcp_options *options, const struct pbuf *data)
{
	bool is_last = TCPH_FLAGS(segment) & TCP_FIN;
	u32_t end = segment->seqno + data->tot_len;

	if (pcb->state < SYN_RCVD)
		return ERR_OK;
	if (TCPH_FLAGS(segment) & TCP_SYN)
		return pcb->state == SYN_RCVD && TCPH_FLAGS(segment) & TCP_ACK ? ERR_VAL : ERR_OK;
	if (has_size(options) || pcb->rcv_nxt - segment->seqno == UINT32_C(1) << 31)
		return ERR_VAL;
	if (options->size)
		take_window(pcb, segment);
	if (TCP_SEQ_LEQ(segment->seqno, pcb->rcv_nxt) || !(is_last || TCP_SEQ_GT(end, pcb->rcv_nxt + pcb->rcv_wnd)))
		return ERR_OK;
	tcp_send_empty_ack(pcb);
	return ERR_VAL;
}
