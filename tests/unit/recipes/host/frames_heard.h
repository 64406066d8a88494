#ifndef FRAMES_HEARD_H
#define FRAMES_HEARD_H

/* Everybody else on the network hears the guest: what it sends is understood, and kept for who answers. */

#include "frames_packet.h"

#define GUEST_USUAL 0x0a00020fu /* 10.0.2.15 */
enum { TALKS = 24, NAME_MOST = 300 };
static const uint16_t listening[] = {80, 7000, 443, 5000};

static struct {
	uint8_t guest[6];   /* its address on the wire */
	uint32_t address;   /* and its own */
	uint32_t asked;     /* by ARP, 0: nothing */
	uint8_t lease_kind; /* of the last message to DHCP, 0: answered already */
	uint32_t lease;     /* its number */
	uint32_t named_by;  /* whom it asked for a name */
	uint16_t name_port, name_number, name_size; /* size 0: answered already */
	uint8_t name[NAME_MOST];
	uint32_t spoke_to;  /* by UDP */
	uint16_t spoke_from_port, spoke_to_port;
	uint8_t spoken[60];
	uint8_t address6[16], spoken6[60]; /* likewise of IPv6 */
	uint8_t asked6[16];                /* by a solicitation, if is_asked6 */
	bool is_asked6, has_six, is_router_wanted;
} seen;

/* A connection, from the other side. */
static struct talk {
	uint32_t peer, next, guest_next;
	uint16_t port, guest_port;
	bool is_used, is_asked; /* by a SYN of the guest's */
	bool is_six;
} talks[TALKS];

static const uint8_t *wire_address(uint32_t address)
{
	static uint8_t bytes[6] = {0x52, 0x55};
	set32(bytes + 2, address);
	return bytes;
}

static uint32_t some_peer(void)
{
	static const uint32_t peers[] = {0x0a000202, 0x0a000203, 0x0a000204, 0x0a000263, 0x08080808, 0xc0a80101};
	return peers[choose_below(sizeof(peers) / sizeof(*peers))];
}

static struct talk *talk_of(bool is_six, uint32_t peer, uint16_t port, uint16_t guest_port)
{
	for (struct talk *talk = talks; talk < talks + TALKS; talk++)
		if (talk->is_used && talk->is_six == is_six && talk->peer == peer && talk->port == port && talk->guest_port == guest_port)
			return talk;
	return NULL;
}

static struct talk *new_talk(bool is_six, uint32_t peer, uint16_t port, uint16_t guest_port)
{
	struct talk *talk = talk_of(is_six, peer, port, guest_port);
	if (!talk)
		talk = &talks[random_below(TALKS)];
	*talk = (struct talk){
		.is_six = is_six, .peer = peer, .port = port, .guest_port = guest_port, .is_used = true, .next = (uint32_t)random_word()};
	return talk;
}

static void sees_tcp(bool is_six, uint32_t peer, const uint8_t *segment, uint32_t size)
{
	uint32_t header = 4 * (segment[12] >> 4);
	uint8_t flags = segment[13];
	struct talk *talk = talk_of(is_six, peer, get16(segment + 2), get16(segment));
	CHECK(size >= 20 && header >= 20 && header <= size, "a segment of %u bytes with a header of %u", size, header);
	if (!talk) {
		if ((flags & 0x12) != 2)
			return;
		talk = new_talk(is_six, peer, get16(segment + 2), get16(segment));
		talk->is_asked = true;
	}
	if (flags & 4) {
		talk->is_used = false;
		return;
	}
	counts->six += is_six && (flags & 0x12) == 0x12;
	if (flags & 0x10)
		talk->next = get32(segment + 8);
	talk->guest_next = get32(segment + 4) + size - header + (flags & 1) + (flags >> 1 & 1);
}

static void sees_lease(const uint8_t *message, uint32_t size)
{
	seen.lease = get32(message + 4);
	for (uint32_t at = 240; at + 2 < size && message[at] != 255; at += 2 + message[at + 1])
		if (message[at] == 53)
			seen.lease_kind = message[at + 2];
}

static void sees_name(uint32_t peer, const uint8_t *datagram, uint32_t size)
{
	if (size < 8 + 12 || size - 20 > NAME_MOST)
		return;
	seen.named_by = peer;
	seen.name_port = get16(datagram);
	seen.name_number = get16(datagram + 8);
	seen.name_size = (uint16_t)(size - 20);
	memcpy(seen.name, datagram + 20, seen.name_size);
}

static void sees_udp(uint32_t peer, const uint8_t *datagram, uint32_t size)
{
	CHECK(size >= 8 && get16(datagram + 4) == size, "a datagram of %u bytes says %u", size, get16(datagram + 4));
	if (get16(datagram + 2) == 67 && size > 8 + 240) {
		sees_lease(datagram + 8, size - 8);
	} else if (get16(datagram + 2) == 53) {
		sees_name(peer, datagram, size);
	} else {
		seen.spoke_to = peer;
		seen.spoke_from_port = get16(datagram);
		seen.spoke_to_port = get16(datagram + 2);
	}
}

static void sees_icmp6(const uint8_t *ip, const uint8_t *message, uint32_t size)
{
	static const uint8_t nowhere[16];
	if (message[0] == 133)
		seen.is_router_wanted = true;
	if (message[0] == 135 && size >= 24 && memcmp(ip + 8, nowhere, 16)) { /* or it only tries its own address */
		seen.is_asked6 = true;
		memcpy(seen.asked6, message + 8, 16);
	}
}

/* What the guest sends must be right, whatever it was sent. */
static void sees_ip(const uint8_t *frame, uint32_t size, const uint8_t *virtio)
{
	const uint8_t *ip = frame + ETHERNET;
	struct layers layers;
	bool is_right = look_at(frame, size, &layers);
	CHECK(is_right && ip[0] >> 4 == (layers.is_six ? 6 : 4), "headers of IP");
	CHECK(layers.is_six ? layers.whole - IP6 == get16(ip + 4) : layers.whole == get16(ip + 2), "IP in %u bytes", size);
	CHECK(layers.is_six || folded(sum16(0, ip, layers.header)) == 0xffff, "the sum of an IP header");
	if (layers.is_fragment)
		return;
	memcpy(layers.is_six ? seen.spoken6 : seen.spoken, ip, layers.whole < 60 ? layers.whole : 60);
	const uint8_t *contents = ip + layers.header;
	uint32_t left = layers.whole - layers.header, peer = get32(ip + (layers.is_six ? 36 : 16));
	if (layers.protocol == TCP && virtio[0] & 1)
		CHECK(folded(pseudo_sum(ip, &layers)) == get16(contents + 16), "the sum of a pseudo header");
	else if (layers.protocol == TCP || layers.protocol == ICMP6 || (layers.protocol == UDP && get16(contents + 6)))
		CHECK(transport_sum(ip, &layers) == 0xffff, "the sum of a packet of protocol %u", layers.protocol);
	if (layers.protocol == TCP)
		sees_tcp(layers.is_six, peer, contents, left);
	else if (layers.protocol == UDP)
		sees_udp(peer, contents, left);
	else if (layers.protocol == ICMP6)
		sees_icmp6(ip, contents, left);
}

static void peer_sees(const uint8_t *frame, uint32_t size, const uint8_t *virtio)
{
	static const uint8_t nowhere[16];
	const uint8_t *ip = frame + ETHERNET;
	CHECK(size >= ETHERNET, "a frame of %u bytes", size);
	memcpy(seen.guest, frame + 6, 6);
	if (get16(frame + 12) == TYPE_ARP) {
		CHECK(size >= ETHERNET + 28, "ARP in %u bytes", size);
		if (get16(ip + 6) == 1)
			seen.asked = get32(ip + 24);
		return;
	}
	sees_ip(frame, size, virtio);
	if (get16(frame + 12) == TYPE_IP && get32(ip + 12))
		seen.address = get32(ip + 12);
	if (get16(frame + 12) == TYPE_IP6 && memcmp(ip + 8, nowhere, 16)) {
		seen.has_six = true;
		memcpy(seen.address6, ip + 8, 16);
	}
}

#endif
