/*
 * Connections that somebody has asked for and not made yet. Only so many can wait for a listener, and a flood of SYNs fills that row at once. So those
 * in the second half of the row have a first sequence number that can be told to be ours when it comes back in the other side's answer (RFC 4987, section
 * 3.6), and the oldest of them gives up its place to each that comes. It is not lost: whoever answers has its connection made again then. A flood
 * costs no more than its packets, and a client that takes its time, or is one of many that come at once, is served.
 *
 * The number is made of a secret, of both ends, of the other side's number and of the time, and its lowest bits remember the options of the SYN. It takes
 * longer to make than one at random, which others have.
 */

#include "guard.h"

#include <stdbool.h>

#include "clock.h"
#include "entropy_block.h"
#include "lwip/inet_chksum.h"
#include "lwip/ip.h"
#include "lwip/priv/tcp_priv.h"
#include "string.h"
#include "sys_calls.h"

enum { NO_OPERATION = 1, LARGEST_SEGMENT = 2, WINDOW_SCALE = 3 };
/* Of the number: whether segments of SIZE_LARGE may be sent, and above that bit the shift of windows and one, or 0. */
enum { IS_LARGE = 1, SHIFT_UNIT = 2, OPTIONS = 31, SIZE_LARGE = 1220, SIZE_SMALL = 536 };

static unsigned options_of_request;  /* the last SYN's */
static bool can_give_up;             /* its connection will have such a number */
static uint64_t last_given_up;       /* when one was, and the number is worth a look; 0: never */
static u32_t number_of_the_revived;
static bool is_reviving;

/* A period of time, 69 s; a number is good in its own and the next one. */
static u32_t period_of(uint64_t time)
{
	return (u32_t)(time >> 36);
}

static u32_t number_between(const ip_addr_t *from, u16_t port, u16_t our_port, u32_t number, unsigned options, u32_t period)
{
	static u32_t key[CHACHA_KEY_WORDS];
	static bool has_key;
	u32_t words[4] = {0}, block[CHACHA_BLOCK_WORDS];

	if (!has_key && sys_getrandom(key, sizeof(key), 0) != sizeof(key))
		__builtin_trap(); /* network_start has seen that there is a source */
	has_key = true;
	memcpy(words, from, LWIP_MIN(sizeof(words), sizeof(*from)));
	entropy_block(key, words[0], &words[1], block);
	entropy_block(block, number, (u32_t[]){(u32_t)port << 16 | our_port, options, period}, block);
	return (block[0] & ~(u32_t)OPTIONS) | options;
}

/* What the options of a SYN say, as the number remembers it. */
static unsigned options_of(const u8_t *option, size_t length)
{
	unsigned found = 0;

	while (length >= 2 && option[0]) {
		size_t own = option[0] == NO_OPERATION ? 1 : option[1];

		if (!own || own > length)
			break;
		if (option[0] == LARGEST_SEGMENT && own == 4 && (option[2] << 8 | option[3]) >= SIZE_LARGE)
			found |= IS_LARGE;
		if (option[0] == WINDOW_SCALE && own == 3)
			found |= SHIFT_UNIT * (1 + LWIP_MIN(option[2], 14U));
		option += own;
		length -= own;
	}
	return found;
}

static void make_room(const struct tcp_pcb_listen *listener)
{
	struct tcp_pcb *oldest = NULL;

	can_give_up = is_reviving || listener->accepts_pending >= listener->backlog / 2;
	if (listener->accepts_pending < listener->backlog)
		return;
	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
		if (pcb->state == SYN_RCVD && pcb->listener == listener && tcp_ext_arg_get(pcb, 0))
			oldest = pcb; /* new ones are put at the beginning */
	if (!oldest)
		return;
	last_given_up = clock_monotonic();
	tcp_abandon(oldest, 0);
}

u32_t lwip_first_number(struct tcp_pcb *pcb)
{
	if (pcb->state != SYN_RCVD || !can_give_up)
		return lwip_random();
	tcp_ext_arg_set(pcb, 0, &can_give_up); /* until its stream is there */
	if (is_reviving)
		return number_of_the_revived;
	return number_between(&pcb->remote_ip, pcb->remote_port, pcb->local_port, pcb->rcv_nxt - 1, options_of_request,
			      period_of(clock_monotonic()));
}

/* Whether one was given up so lately that it may come back. */
static bool was_given_up(void)
{
	return last_given_up && period_of(clock_monotonic()) - period_of(last_given_up) <= 1;
}

/* Whether the segment answers a number of ours, and is the first to do so or has its bytes. */
static bool is_answer(const struct tcp_hdr *header)
{
	u32_t now = period_of(clock_monotonic()), ours = header->ackno - 1;

	for (u32_t period = now; now - period <= 1; period--)
		if (number_between(ip_current_src_addr(), header->src, header->dest, header->seqno - 1, ours & OPTIONS, period) == ours)
			return true;
	return false;
}

/* The SYN that the segment's connection began with, as far as is remembered. NULL: memory has ended. */
static struct pbuf *request_again(const struct tcp_hdr *header)
{
	enum { OPTIONS_BYTES = 8 };
	unsigned options = (header->ackno - 1) & OPTIONS, shift = options / SHIFT_UNIT;
	struct pbuf *packet = pbuf_alloc(PBUF_RAW, TCP_HLEN + OPTIONS_BYTES, PBUF_RAM);
	struct tcp_hdr *request = packet ? packet->payload : NULL;
	u32_t *option;

	if (!request)
		return NULL;
	*request = (struct tcp_hdr){
		.src = lwip_htons(header->src),
		.dest = lwip_htons(header->dest),
		.seqno = lwip_htonl(header->seqno - 1),
		.wnd = lwip_htons(header->wnd),
	};
	TCPH_HDRLEN_FLAGS_SET(request, (TCP_HLEN + OPTIONS_BYTES) / 4, TCP_SYN);
	option = (u32_t *)(request + 1);
	option[0] = lwip_htonl(LARGEST_SEGMENT << 24 | 4 << 16 | (options & IS_LARGE ? SIZE_LARGE : SIZE_SMALL));
	option[1] = lwip_htonl(NO_OPERATION << 24 | (shift ? WINDOW_SCALE << 16 | 3 << 8 | (shift - 1) : 0));
	request->chksum = ip_chksum_pseudo(packet, IP_PROTO_TCP, packet->tot_len, ip_current_src_addr(), ip_current_dest_addr());
	return packet;
}

/* Make the connection again that the segment is of, and let it have the segment. */
static void revive(struct tcp_hdr *header, size_t length, struct pbuf *packet)
{
	struct pbuf *request = request_again(header);

	if (!request)
		return;
	is_reviving = true;
	number_of_the_revived = header->ackno - 1;
	tcp_input(request, ip_current_input_netif());
	header->src = lwip_htons(header->src);
	header->dest = lwip_htons(header->dest);
	header->seqno = lwip_htonl(header->seqno);
	header->ackno = lwip_htonl(header->ackno);
	header->wnd = lwip_htons(header->wnd);
	pbuf_header_force(packet, (s16_t)length);
	pbuf_ref(packet);
	tcp_input(packet, ip_current_input_netif());
	is_reviving = false;
}

err_t lwip_guard_listener(struct tcp_pcb *pcb, struct tcp_hdr *header, size_t options, size_t here, struct pbuf *packet)
{
	switch (TCPH_FLAGS(header) & (TCP_SYN | TCP_ACK | TCP_RST)) {
	case TCP_SYN:
		make_room((struct tcp_pcb_listen *)pcb);
		options_of_request = can_give_up ? options_of((const u8_t *)(header + 1), here) : 0;
		return ERR_OK;
	case TCP_ACK:
		if (!was_given_up())
			return ERR_OK;
		/*
		 * What is not revived, because there is no place for it now or because it is a later segment, is not refused either: the other side
		 * will send the first one again.
		 */
		if (!is_reviving && options == here && is_answer(header))
			revive(header, TCP_HLEN + options, packet);
		return ERR_MEM;
	default:
		return ERR_OK;
	}
}
