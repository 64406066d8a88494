/*
 * Packets of both versions, seen before lwIP does. It is not to see what it would believe without a check:
 *
 * - a path that takes less than any link must (RFC 8201, section 4): it would cut packets into pieces without end;
 * - messages to neighbours whose options are longer than the message, or of no length (RFC 4861, section 6.1).
 */

#include "family.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/icmp.h"
#include "lwip/prot/icmp6.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/nd6.h"
#include "lwip/prot/tcp.h"

enum { OPTION_UNIT = 8 }; /* options and headers are so many bytes, and a number of units */

/* The headers that may stand between that of IP and the contents; of a packet in pieces those of the first. */
static bool is_between(u8_t protocol)
{
	return protocol == IP6_NEXTH_HOPBYHOP || protocol == IP6_NEXTH_ROUTING || protocol == IP6_NEXTH_FRAGMENT || protocol == IP6_NEXTH_DESTOPTS;
}

static bool look6(const struct ip6_hdr *header, size_t size, struct layers *found)
{
	const u8_t *bytes = (const u8_t *)header;

	if (size < IP6_HLEN)
		return false;
	found->protocol = IP6H_NEXTH(header);
	found->length = IP6_HLEN;
	found->hops = IP6H_HOPLIM(header);
	ip_addr_copy_from_ip6_packed(found->from, header->src);
	ip_addr_copy_from_ip6_packed(found->to, header->dest);
	while (is_between(found->protocol)) {
		const u8_t *next = bytes + found->length;

		if (size < found->length + OPTION_UNIT)
			return false;
		found->length += found->protocol == IP6_NEXTH_FRAGMENT ? OPTION_UNIT : OPTION_UNIT * (1 + (size_t)next[1]);
		if (found->protocol == IP6_NEXTH_FRAGMENT && (next[2] || next[3] & ~7))
			return false;
		found->protocol = next[0];
	}
	/* Sockets have the interface in addresses that are of one link. */
	ip6_addr_assign_zone(ip_2_ip6(&found->from), IP6_UNICAST, &network_interface);
	ip6_addr_assign_zone(ip_2_ip6(&found->to), IP6_UNKNOWN, &network_interface);
	return true;
}

bool family_look(const void *packet, size_t size, struct layers *found)
{
	return size && *(const u8_t *)packet >> 4 == 6 ? look6(packet, size, found) : layers_look4(packet, size, found);
}

/* Where a message to neighbours has its options; 0: it is none of those. */
static size_t fixed_bytes(u8_t type)
{
	switch (type) {
	case ICMP6_TYPE_RA:
		return sizeof(struct ra_header);
	case ICMP6_TYPE_NS:
		return sizeof(struct ns_header);
	case ICMP6_TYPE_NA:
		return sizeof(struct na_header);
	case ICMP6_TYPE_RD:
		return sizeof(struct redirect_header);
	default:
		return 0;
	}
}

static bool has_wrong_options(const u8_t *message, size_t size)
{
	size_t at = fixed_bytes(message[0]);

	while (at && at < size) {
		size_t length = at + 1 < size ? OPTION_UNIT * (size_t)message[at + 1] : 0;

		if (!length || length > size - at)
			return true;
		at += length;
	}
	return false;
}

bool family_refuses(struct pbuf *packet, const struct layers *layers)
{
	const u8_t *message = (const u8_t *)packet->payload + layers->length;
	const struct icmp6_hdr *header = (const struct icmp6_hdr *)message;

	if (layers->protocol != IP6_NEXTH_ICMP6 || packet->len < layers->length + sizeof(*header))
		return false;
	if (header->type == ICMP6_TYPE_PTB)
		return lwip_ntohl(header->data) < IP6_MIN_MTU_LENGTH;
	return fixed_bytes(header->type) && (packet->len != packet->tot_len || has_wrong_options(message, packet->len - layers->length));
}

bool family_is_about_errors(const struct layers *layers)
{
	return layers->protocol == (IP_IS_V6_VAL(layers->to) ? IP6_NEXTH_ICMP6 : IP_PROTO_ICMP);
}

bool family_says_no_port(const struct layers *layers, const u8_t *message)
{
	return IP_IS_V6_VAL(layers->to) ? message[0] == ICMP6_TYPE_DUR && message[1] == ICMP6_DUR_PORT :
					  message[0] == ICMP_DUR && message[1] == ICMP_DUR_PORT;
}

static u32_t sum_of(const ip6_addr_p_t *address)
{
	u32_t sum = 0;

	for (unsigned word = 0; word < 4; word++)
		sum += (address->addr[word] & 0xffff) + (address->addr[word] >> 16);
	return sum;
}

void family_leave_checksum(struct net_send *frame, struct pbuf *buffer)
{
	struct eth_hdr *ethernet = buffer->payload;
	struct ip6_hdr *header = (struct ip6_hdr *)(ethernet + 1);
	struct tcp_hdr *segment = (struct tcp_hdr *)(header + 1);
	u32_t sum;

	if (buffer->len < SIZEOF_ETH_HDR + IP6_HLEN + TCP_HLEN || ethernet->type != PP_HTONS(ETHTYPE_IPV6) || IP6H_NEXTH(header) != IP6_NEXTH_TCP)
		return;
	sum = sum_of(&header->src) + sum_of(&header->dest) + PP_HTONS(IP6_NEXTH_TCP) + header->_plen;
	sum = (sum & 0xffff) + (sum >> 16);
	segment->chksum = (u16_t)((sum & 0xffff) + (sum >> 16));
	frame->checksum_start = SIZEOF_ETH_HDR + IP6_HLEN;
	frame->checksum_offset = offsetof(struct tcp_hdr, chksum);
}
