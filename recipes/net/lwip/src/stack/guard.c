/*
 * What lwIP does not do itself before it takes a SYN, which anybody can send:
 *
 * - A connection that ended a moment ago makes room for a new one between the same ports if the new one's sequence numbers follow (RFC 1122,
 *   section 4.2.2.13), else a client that comes back soon would be refused until the old one is forgotten.
 * - Only so many ended connections are remembered: the oldest goes, for lwIP looks through them all for each new one.
 * - Where the row of those who wait for a listener is full, the oldest half-open connection gives up its place. So a flood of SYNs costs its own
 *   connections and not those of clients that answer.
 *
 * And what lwIP does not look at: of ICMP, that nobody has the port to which a datagram was sent; of DHCP, whether what is offered can be.
 */

#include "guard.h"

#include <stddef.h>

#include "lwip/ip.h"
#include "lwip/priv/tcp_priv.h"
#include "network.h"
#include "socket.h"

enum { ENDED_MOST = 128 };

struct request {
	ip_addr_t from, to;
	u16_t source, destination;
	u32_t number; /* of the SYN */
};

/* Whether a packet that begins with its IP header, none of it checked yet, asks for a connection. */
static bool is_request(struct pbuf *packet, struct request *request)
{
	const struct ip_hdr *header = packet->payload;
	const struct tcp_hdr *segment;
	size_t length;

	if (packet->len < IP_HLEN || IPH_PROTO(header) != IP_PROTO_TCP)
		return false;
	length = IPH_HL_BYTES(header);
	if (length < IP_HLEN || packet->len < length + TCP_HLEN)
		return false;
	segment = (const struct tcp_hdr *)((const char *)packet->payload + length);
	if ((TCPH_FLAGS(segment) & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
		return false;
	ip_addr_copy_from_ip4(request->from, header->src);
	ip_addr_copy_from_ip4(request->to, header->dest);
	request->source = lwip_ntohs(segment->src);
	request->destination = lwip_ntohs(segment->dest);
	request->number = lwip_ntohl(segment->seqno);
	return true;
}

static bool is_between(const struct tcp_pcb *pcb, const struct request *request)
{
	return pcb->remote_port == request->source && pcb->local_port == request->destination &&
	       ip_addr_cmp(&pcb->remote_ip, &request->from) && ip_addr_cmp(&pcb->local_ip, &request->to);
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

static void make_room(const struct request *request)
{
	struct tcp_pcb_listen *listener = tcp_listen_pcbs.listen_pcbs;
	struct tcp_pcb *oldest = NULL;

	while (listener && listener->local_port != request->destination)
		listener = listener->next;
	if (!listener || listener->accepts_pending < listener->backlog)
		return;
	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
		if (pcb->state == SYN_RCVD && pcb->listener == listener)
			oldest = pcb; /* new ones are put at the beginning */
	if (oldest)
		tcp_abandon(oldest, 0);
}

/* A word of 16 bits in the order of the network. */
static u16_t half(const u8_t *bytes)
{
	return (u16_t)(bytes[0] << 8 | bytes[1]);
}

/* If the packet says that a datagram has found nobody at its port, tell the socket: in it is the datagram's own beginning. */
static void look_for_refusal(struct pbuf *packet)
{
	enum { UNREACHABLE = 3, PORT = 3, ICMP_BYTES = 8, PORTS_BYTES = 4 };
	const struct ip_hdr *header = packet->payload, *inner;
	const u8_t *message = (const u8_t *)packet->payload + IPH_HL_BYTES(header);
	size_t length = IPH_HL_BYTES(header);
	ip_addr_t from, to;

	if (length < IP_HLEN || packet->len < length + ICMP_BYTES + IP_HLEN || message[0] != UNREACHABLE || message[1] != PORT)
		return;
	inner = (const struct ip_hdr *)(message + ICMP_BYTES);
	length += ICMP_BYTES + IPH_HL_BYTES(inner);
	if (IPH_PROTO(inner) != IP_PROTO_UDP || IPH_HL_BYTES(inner) < IP_HLEN || packet->len < length + PORTS_BYTES)
		return;
	message = (const u8_t *)packet->payload + length;
	ip_addr_copy_from_ip4(from, inner->src);
	ip_addr_copy_from_ip4(to, inner->dest);
	socket_refused(&from, half(message), &to, half(message + 2));
}

int lwip_guard(struct pbuf *packet)
{
	struct request request;
	unsigned protocol = packet->len < IP_HLEN ? 0 : IPH_PROTO((const struct ip_hdr *)packet->payload);

	if (protocol == IP_PROTO_ICMP) {
		look_for_refusal(packet);
	} else if (protocol == IP_PROTO_UDP && !network_address_may_come_by(packet)) {
		pbuf_free(packet);
		return 1;
	} else if (is_request(packet, &request)) {
		forget_ended(&request);
		make_room(&request);
	}
	return 0;
}
