/*
 * What lwIP does not do itself before it takes a SYN, which anybody can send:
 *
 * - A connection that ended a moment ago makes room for a new one between the same ports if the new one's sequence numbers follow (RFC 1122,
 *   section 4.2.2.13), else a client that comes back soon would be refused until the old one is forgotten.
 * - Only so many ended connections are remembered: the oldest goes, for lwIP looks through them all for each new one.
 * - Where the row of those who wait for a listener is full, the oldest half-open connection gives up its place. So a flood of SYNs costs its own
 *   connections and not those of clients that answer.
 */

#include "guard.h"

#include <stddef.h>

#include "lwip/ip.h"
#include "lwip/priv/tcp_priv.h"

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

int lwip_guard(struct pbuf *packet)
{
	struct request request;

	if (is_request(packet, &request)) {
		forget_ended(&request);
		make_room(&request);
	}
	return 0;
}
