/*
 * Between the stack and the network card: frames go both ways without being copied.
 *
 * A frame that has come is the stack's until the program has read it. The card has few buffers, so once many are kept that way, frames are
 * copied into pieces of their own size: a program that does not read what small packets bring it cannot shut out all others.
 *
 * What is said at once to a neighbour's packet goes to where its frame came from. Without that a flood that names neighbours who are not there would
 * have the stack ask for all their hardware addresses, and forget for it those of others.
 *
 * A frame for which the card has no room waits in a row, for the pieces of a large datagram are more than the card takes at once.
 */

#include "device.h"

#include <stddef.h>

#include "family.h"
#include "lwip/etharp.h"
#include "lwip/ip4.h"
#include "lwip/ip4_frag.h"
#include "lwip/pbuf.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/tcp.h"
#include "lwip/tcp.h"
#include "netif/ethernet.h"
#include "string.h"

enum {
	KEPT_MOST = 16,     /* frames that the stack may keep before it copies */
	WAITING_MOST = 256, /* frames in the row for the card */
	SMALL = 256,        /* bytes of a frame that is always copied, for that is cheaper than keeping it */
	LEAST = SIZEOF_ETH_HDR + IP_HLEN_MAX + 4, /* bytes that lwIP reads before it counts: headers, and ports behind them */
	HEADERS = SIZEOF_ETH_HDR + IP_HLEN_MAX + 60, /* all that stand before the data; a device may cut a frame anywhere, lwIP wants them in one piece */
	CHECKS = NETIF_CHECKSUM_CHECK_TCP | NETIF_CHECKSUM_CHECK_UDP,
};

static struct netif *interface;
static struct net_device card;
static unsigned kept;
static const struct eth_addr *sender; /* of the frame that the stack looks at; NULL: of none */

/* A frame as the stack sees it: in the user's part of net_frame. */
_Static_assert(sizeof(struct pbuf_custom) <= sizeof(((struct net_frame *)0)->user), "a pbuf fits");

static struct net_frame *frame_of(struct pbuf *buffer)
{
	return (struct net_frame *)((char *)buffer - offsetof(struct net_frame, user));
}

static void give_back(struct pbuf *buffer)
{
	struct net_frame *frame = frame_of(buffer);

	kept--;
	frame->next = NULL;
	net_device_give_back(frame);
}

/* The frame of `length` bytes as a chain of buffers that give its pieces back. */
static struct pbuf *keep(struct net_frame *frame, size_t length)
{
	struct pbuf *all, **end = &all;

	for (; frame; frame = frame->next) {
		struct pbuf_custom *custom = (struct pbuf_custom *)frame->user;

		custom->custom_free_function = give_back;
		*end = pbuf_alloced_custom(PBUF_RAW, (u16_t)frame->length, PBUF_REF, custom, frame->bytes, (u16_t)frame->length);
		(*end)->tot_len = (u16_t)length;
		length -= frame->length;
		end = &(*end)->next;
		kept++;
	}
	return all;
}

/* A copy of the frame, with zeros behind it if it is a short one. */
static struct pbuf *copy(struct net_frame *frame, size_t length)
{
	size_t whole = length < LEAST ? LEAST : length, done = 0;
	struct pbuf *all = pbuf_alloc(PBUF_RAW, (u16_t)whole, PBUF_RAM);

	for (struct net_frame *piece = all ? frame : NULL; piece; piece = piece->next) {
		MEMCPY((char *)all->payload + done, piece->bytes, piece->length);
		done += piece->length;
	}
	if (all)
		memset((char *)all->payload + done, 0, whole - done);
	net_device_give_back(frame);
	return all;
}

static void received(struct net_frame *frame)
{
	size_t length = 0;
	struct eth_addr from;
	struct pbuf *buffer;

	for (struct net_frame *piece = frame; piece; piece = piece->next)
		length += piece->length;
	if (length > UINT16_MAX) {
		net_device_give_back(frame);
		return;
	}
	/* Said of this frame alone: the stack looks at it while it takes the frame. */
	if (frame->checksum_is_right)
		interface->chksum_flags &= (u16_t)~CHECKS;
	else
		interface->chksum_flags |= CHECKS;
	buffer = length <= SMALL || frame->length < HEADERS || kept >= KEPT_MOST ? copy(frame, length) : keep(frame, length);
	if (!buffer)
		return;
	if (buffer->len >= SIZEOF_ETH_HDR) {
		from = ((const struct eth_hdr *)buffer->payload)->src;
		sender = &from;
	}
	if (interface->input(buffer, interface) != ERR_OK)
		pbuf_free(buffer);
	sender = NULL;
}

/* The row for the card. */
struct waiting {
	struct waiting *next;
	struct pbuf *buffer;
};
static struct waiting *first, *last;
static unsigned waiting;

static bool give(struct pbuf *buffer);

void device_send_waiting(void)
{
	static bool is_sending; /* the card may say "sent" at once, and so come here again */

	if (is_sending)
		return;
	is_sending = true;
	while (first && give(first->buffer)) {
		struct waiting *gone = first;

		first = gone->next;
		waiting--;
		pbuf_free(gone->buffer);
		lwip_memory_give(gone);
	}
	is_sending = false;
}

static bool keep_waiting(struct pbuf *buffer)
{
	struct waiting *added = waiting < WAITING_MOST ? lwip_memory_take(sizeof(*added)) : NULL;

	if (!added)
		return false;
	*added = (struct waiting){.buffer = buffer};
	pbuf_ref(buffer);
	*(first ? &last->next : &first) = added;
	last = added;
	waiting++;
	return true;
}

static void sent(void *owner)
{
	pbuf_free(owner);
	device_send_waiting();
}

static void link_changed(bool is_up)
{
	if (is_up)
		netif_set_link_up(interface);
	else
		netif_set_link_down(interface);
	family_set_mtu(interface, card.mtu);
}

static const struct net_device_user user = {
	.abilities = NET_SEND_CHECKSUM | NET_RECEIVE_CHECKSUM | NET_SEND_SEGMENTS | NET_RECEIVE_SEGMENTS,
	.received = received,
	.sent = sent,
	.link = link_changed,
};

/* The sum of the pseudo header of a TCP segment of `length` bytes, in the order of the network and not inverted. */
static u16_t pseudo_sum(const struct ip_hdr *header, u16_t length)
{
	u32_t sum = (header->src.addr & 0xffff) + (header->src.addr >> 16) + (header->dest.addr & 0xffff) +
		    (header->dest.addr >> 16) + PP_HTONS(IP_PROTO_TCP) + lwip_htons(length);

	sum = (sum & 0xffff) + (sum >> 16);
	return (u16_t)((sum & 0xffff) + (sum >> 16));
}

/* Leave the sum of a TCP segment to the card: it wants that of the pseudo header where the sum will be. */
static void leave_checksum(struct net_send *frame, struct pbuf *buffer)
{
	struct eth_hdr *ethernet = buffer->payload;
	struct ip_hdr *header = (struct ip_hdr *)(ethernet + 1);
	struct tcp_hdr *segment = (struct tcp_hdr *)(header + 1);

	family_leave_checksum(frame, buffer);
	if (buffer->len < SIZEOF_ETH_HDR + IP_HLEN + TCP_HLEN || ethernet->type != PP_HTONS(ETHTYPE_IP) ||
	    IPH_PROTO(header) != IP_PROTO_TCP || IPH_HL_BYTES(header) != IP_HLEN)
		return;
	segment->chksum = pseudo_sum(header, (u16_t)(lwip_ntohs(IPH_LEN(header)) - IP_HLEN));
	frame->checksum_start = SIZEOF_ETH_HDR + IP_HLEN;
	frame->checksum_offset = offsetof(struct tcp_hdr, chksum);
	if (buffer->tot_len > SIZEOF_ETH_HDR + card.mtu) {
		frame->segment_size = TCP_MSS;
		frame->header_size = (u16_t)(SIZEOF_ETH_HDR + IP_HLEN + TCPH_HDRLEN_BYTES(segment));
	}
}

/* Describe the frame to the card. False: it has no room. */
static bool give(struct pbuf *buffer)
{
	struct net_piece pieces[NET_PIECES_MOST];
	struct net_send frame = {.pieces = pieces, .owner = buffer};

	for (struct pbuf *piece = buffer; piece; piece = piece->next) {
		pieces[frame.count++] = (struct net_piece){piece->payload, piece->len};
		if (piece->tot_len == piece->len)
			break;
	}
	if (card.abilities & NET_SEND_CHECKSUM)
		leave_checksum(&frame, buffer);
	pbuf_ref(buffer);
	if (net_device_send(&frame))
		return true;
	pbuf_free(buffer);
	return false;
}

static err_t send(struct netif *netif, struct pbuf *buffer)
{
	(void)netif;
	if (pbuf_clen(buffer) > NET_PIECES_MOST)
		return ERR_MEM;
	device_send_waiting();
	return (!first && give(buffer)) || keep_waiting(buffer) ? ERR_OK : ERR_MEM;
}

bool device_cuts(void)
{
	return card.abilities & NET_SEND_SEGMENTS;
}

unsigned device_kept(void)
{
	return kept;
}

static err_t output_whole(struct netif *netif, struct pbuf *packet, const ip4_addr_t *to)
{
	if (sender && ip4_addr_cmp(to, ip4_current_src_addr()) && ip4_addr_netcmp(to, netif_ip4_addr(netif), netif_ip4_netmask(netif)))
		return ethernet_output(netif, packet, (struct eth_addr *)netif->hwaddr, sender, ETHTYPE_IP);
	return etharp_output(netif, packet, to);
}

/* The stack takes the card's MTU for so large that it cuts nothing; what is not TCP has to be cut all the same. */
static err_t output(struct netif *netif, struct pbuf *packet, const ip4_addr_t *to)
{
	err_t result;

	if (packet->tot_len <= card.mtu || IPH_PROTO((const struct ip_hdr *)packet->payload) == IP_PROTO_TCP)
		return output_whole(netif, packet, to);
	netif->mtu = card.mtu;
	result = ip4_frag(packet, netif, to);
	netif->mtu = UINT16_MAX;
	return result;
}

static err_t set_up(struct netif *netif)
{
	netif->name[0] = 'e';
	netif->name[1] = 'n';
	netif->mtu = device_cuts() ? UINT16_MAX : card.mtu;
	netif->hwaddr_len = sizeof(card.address);
	memcpy(netif->hwaddr, card.address, sizeof(card.address));
	netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
	netif->output = device_cuts() ? output : output_whole;
	netif->linkoutput = send;
	family_set_up(netif);
	if (card.abilities & NET_SEND_CHECKSUM)
		NETIF_SET_CHECKSUM_CTRL(netif, NETIF_CHECKSUM_ENABLE_ALL & ~NETIF_CHECKSUM_GEN_TCP);
	return ERR_OK;
}

bool device_start(struct netif *netif)
{
	interface = netif;
	if (!net_device_start(&user, &card))
		return false;
	netif_add_noaddr(netif, NULL, set_up, ethernet_input);
	link_changed(card.is_up);
	return true;
}
