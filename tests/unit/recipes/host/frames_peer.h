#ifndef FRAMES_PEER_H
#define FRAMES_PEER_H

/*
 * Everybody else on the network: what the guest sends is understood, so that what comes back fits its questions, its connections and their
 * sequence numbers.
 */

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

/* ---- What the guest says. */

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

/* ---- What comes back. Each makes a packet. */

static void begin_to_guest(struct packet *packet, uint8_t protocol, uint32_t from)
{
	static const uint8_t everybody[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	uint32_t to = choose_one_in(40) ? choose_one_in(2) ? 0xffffffff : 0x0a0002ff : seen.address;
	begin_ethernet(packet, to == seen.address ? seen.guest : everybody, wire_address(from), TYPE_IP);
	begin_ip(packet, protocol, from, to);
}

/* The peer's address of IPv6: of the same network as the guest's. */
static const uint8_t *six_of(uint32_t peer)
{
	static uint8_t address[16];
	memcpy(address, seen.address6, 8);
	memset(address + 8, 0, 4);
	set32(address + 12, peer);
	return address;
}

static void begin_to_guest6(struct packet *packet, uint8_t protocol, uint32_t from)
{
	static const uint8_t all_nodes[16] = {0xff, 2, [15] = 1}, all_on_wire[6] = {0x33, 0x33, 0, 0, 0, 1};
	bool is_for_all = choose_one_in(20);
	begin_ethernet(packet, is_for_all ? all_on_wire : seen.guest, wire_address(from), TYPE_IP6);
	begin_ip6(packet, protocol, six_of(from), is_for_all ? all_nodes : seen.address6);
}

static void begin_to(struct packet *packet, bool is_six, uint8_t protocol, uint32_t from)
{
	if (is_six)
		begin_to_guest6(packet, protocol, from);
	else
		begin_to_guest(packet, protocol, from);
}

static void make_arp(struct packet *packet)
{
	bool is_answer = seen.asked && !choose_one_in(4);
	uint32_t who = is_answer ? seen.asked : some_peer();
	begin_ethernet(packet, seen.guest, wire_address(who), TYPE_ARP);
	add(packet, "\0\1\10\0\6\4", 6);
	add16(packet, is_answer ? 2 : 1 + choose_below(2));
	add(packet, wire_address(who), 6);
	add32(packet, choose_one_in(20) ? seen.address : who);
	add(packet, seen.guest, 6);
	add32(packet, seen.address);
	if (is_answer)
		seen.asked = 0;
}

static void lease_option(struct packet *packet, uint8_t number, uint32_t usual)
{
	add8(packet, number);
	add8(packet, 4);
	add32(packet, choose_one_in(8) ? odd_number() : usual);
}

static void odd_lease_option(struct packet *packet)
{
	static const uint8_t numbers[] = {0, 1, 3, 6, 12, 15, 42, 50, 51, 52, 54, 55, 58, 59, 61, 66, 67, 119, 254, 255};
	uint32_t size = choose_below(20);
	add8(packet, numbers[choose_below(sizeof(numbers))]);
	add8(packet, choose_one_in(4) ? odd_number() : size);
	add_filling(packet, size);
}

static void make_lease(struct packet *packet)
{
	bool is_offer = seen.lease_kind == 1;
	uint32_t kind = choose_one_in(12) ? choose_below(9) : is_offer ? 2 : 5;
	uint32_t given = choose_one_in(16) ? odd_number() : GUEST_USUAL;
	begin_ethernet(packet, seen.guest, wire_address(0x0a000202), TYPE_IP);
	begin_ip(packet, UDP, 0x0a000202, choose_below(2) ? 0xffffffff : GUEST_USUAL);
	uint32_t begin = begin_udp(packet, 67, 68);
	add(packet, "\2\1\6\0", 4);
	add32(packet, choose_one_in(30) ? (uint32_t)random_word() : seen.lease);
	add(packet, NULL, 8);
	add32(packet, given);
	add32(packet, 0x0a000202);
	add32(packet, 0);
	add(packet, seen.guest, 6);
	add(packet, NULL, 10 + 192);
	add(packet, "\x63\x82\x53\x63\65\1", 6);
	add8(packet, kind);
	lease_option(packet, 54, 0x0a000202);
	lease_option(packet, 1, 0xffffff00);
	lease_option(packet, 3, 0x0a000202);
	lease_option(packet, 6, 0x0a000203);
	lease_option(packet, 51, 60 + choose_below(200));
	while (choose_one_in(3))
		odd_lease_option(packet);
	add8(packet, choose_one_in(16) ? 0 : 255);
	end_udp(packet, begin);
	seen.lease_kind = 0;
}

/* The name of an answer: mostly the question's. */
static void answer_name(struct packet *packet)
{
	if (!choose_one_in(8)) {
		add16(packet, 0xc00c);
		return;
	}
	for (uint32_t labels = choose_below(6); labels > 0; labels--) {
		uint32_t size = choose_below(64);
		add8(packet, choose_one_in(8) ? odd_number() : size);
		add_filling(packet, size);
	}
	if (choose_below(2))
		add8(packet, 0);
	else
		add16(packet, 0xc000 + choose_below(64));
}

static void make_name(struct packet *packet)
{
	uint32_t answers = choose_one_in(8) ? choose_below(5) : 1;
	begin_to_guest(packet, UDP, seen.named_by);
	uint32_t begin = begin_udp(packet, 53, seen.name_port);
	add16(packet, choose_one_in(30) ? (uint32_t)random_word() : seen.name_number);
	add16(packet, choose_one_in(10) ? (uint32_t)random_word() : 0x8180);
	add16(packet, choose_one_in(20) ? choose_below(3) : 1);
	add16(packet, choose_one_in(20) ? odd_number() : answers);
	add32(packet, 0);
	add(packet, seen.name, seen.name_size);
	for (; answers > 0; answers--) {
		answer_name(packet);
		add16(packet, choose_one_in(4) ? 5 : choose_one_in(16) ? odd_number() : 1);
		add16(packet, choose_one_in(30) ? odd_number() : 1);
		add32(packet, choose_one_in(4) ? odd_number() : 300);
		add16(packet, choose_one_in(16) ? odd_number() : 4);
		add32(packet, 0x0a000204);
	}
	end_udp(packet, begin);
	seen.name_size = 0;
}

static uint32_t some_size(void)
{
	switch (choose_below(8)) {
	case 0:
	case 1:
	case 2:
		return 1 + choose_below(100);
	case 3:
		return choose_below(2);
	case 4:
	case 5:
		return 1460;
	case 6:
		return choose_below(1461);
	default:
		return model_has(GUEST_TSO4) ? 1460 + choose_below(choose_one_in(8) ? 64000 : 9000) : 1461;
	}
}

static void tcp_options(struct packet *packet, bool is_request, uint32_t acknowledged)
{
	uint32_t begin = packet->size;
	if (is_request || choose_one_in(12)) {
		add(packet, "\2\4", 2);
		add16(packet, choose_one_in(4) ? odd_number() : 1460);
		if (!choose_one_in(3))
			add(packet, "\1\3\3\7", 4);
		if (!choose_one_in(3))
			add(packet, "\1\1\4\2", 4);
	}
	if (choose_one_in(8)) {
		add(packet, "\1\1\5\12", 4);
		add32(packet, acknowledged + choose_below(3000));
		add32(packet, acknowledged + choose_below(6000));
	}
	if (choose_one_in(16)) {
		uint32_t size = choose_below(12);
		add8(packet, choose_below(10));
		add8(packet, choose_one_in(4) ? odd_number() : size + 2);
		add_filling(packet, size);
	}
	while ((packet->size - begin) % 4)
		add8(packet, 1);
	if (packet->size - begin > 40)
		packet->size = begin + 40;
}

static uint32_t near(uint32_t number)
{
	switch (choose_below(14)) {
	case 6:
		return number - 0x80000000; /* neither before nor behind */
	case 7:
		return number + 60000 + choose_below(8000); /* about where the window ends */
	case 8:
		return number + 1 + choose_below(3000);
	case 9:
		return number - 1 - choose_below(3000);
	case 10:
		return number + odd_number();
	case 11:
		return (uint32_t)random_word();
	default:
		return number;
	}
}

static uint8_t some_flags(void)
{
	static const uint8_t usual[] = {0x10, 0x18, 0x10, 0x18, 0x10, 0x18, 0x10, 0x11, 0x19, 0x14, 4, 2, 0x12, 0x30, 0x38, 1};
	return choose_one_in(24) ? (uint8_t)choose_below(256) : usual[choose_below(sizeof(usual))];
}

static void segment(struct packet *packet, struct talk *talk, uint8_t flags, uint32_t number, uint32_t size)
{
	static const uint16_t windows[] = {65535, 65535, 8192, 1460, 100, 1, 0, 0};
	uint32_t acknowledged = flags & 0x10 ? near(talk->guest_next) : 0, begin;
	uint8_t *header;
	begin_to(packet, talk->is_six, TCP, talk->peer);
	begin = packet->size;
	add16(packet, talk->port);
	add16(packet, talk->guest_port);
	add32(packet, number);
	add32(packet, acknowledged);
	header = add(packet, NULL, 8);
	header[1] = flags;
	set16(header + 2, choose_one_in(8) ? odd_number() : windows[choose_below(8)]);
	set16(header + 6, flags & 0x20 ? odd_number() : 0);
	tcp_options(packet, flags & 2, talk->guest_next);
	header[0] = (uint8_t)((packet->size - begin) / 4 << 4);
	add_filling(packet, size);
	end_ip(packet);
}

static struct talk *some_talk(void)
{
	uint32_t first = choose_below(TALKS);
	for (uint32_t i = 0; i < TALKS; i++)
		if (talks[(first + i) % TALKS].is_used)
			return &talks[(first + i) % TALKS];
	return NULL;
}

static void make_request(struct packet *packet)
{
	uint16_t to = choose_one_in(8) ? (uint16_t)(seen.spoke_from_port + choose_below(4)) : listening[choose_below(4)];
	struct talk *talk = new_talk(seen.has_six && choose_one_in(3), some_peer(), (uint16_t)(40000 + choose_below(64)), to);
	segment(packet, talk, 2, talk->next, choose_one_in(16) ? some_size() : 0);
	talk->next++;
}

static void make_segment(struct packet *packet)
{
	struct talk *talk = some_talk();
	if (!talk || choose_one_in(12)) {
		make_request(packet);
	} else if (talk->is_asked) {
		talk->is_asked = choose_one_in(4);
		segment(packet, talk, choose_one_in(12) ? 0x14 : 0x12, talk->next, choose_one_in(8) ? some_size() : 0);
		talk->next++;
	} else {
		uint8_t flags = some_flags();
		uint32_t size = some_size(), number = near(talk->next);
		segment(packet, talk, flags, number, size);
		if (number == talk->next)
			talk->next += size + (flags & 1);
	}
}

static void make_udp(struct packet *packet)
{
	bool is_answer = seen.spoke_from_port && choose_below(2) == 0;
	begin_to(packet, seen.has_six && choose_one_in(3), UDP, is_answer ? seen.spoke_to : some_peer());
	uint32_t begin = is_answer ? begin_udp(packet, seen.spoke_to_port, seen.spoke_from_port)
				   : begin_udp(packet, 1000, choose_one_in(8) ? (uint16_t)choose_below(70) : 5000);
	add_filling(packet, some_size());
	end_udp(packet, begin);
}

/* Echo, or what concerns a packet of the guest's, whose beginning is in it. */
static void make_icmp(struct packet *packet)
{
	begin_to_guest(packet, ICMP, some_peer());
	if (choose_below(2)) {
		static const uint8_t kinds[] = {3, 4, 5, 11, 12};
		add8(packet, kinds[choose_below(sizeof(kinds))]);
		add8(packet, choose_one_in(4) ? choose_below(16) : 3);
		add(packet, NULL, 6);
		add(packet, seen.spoken, choose_one_in(4) ? choose_below(60) : 28);
	} else {
		static const uint8_t kinds[] = {8, 8, 0, 13, 17};
		add8(packet, kinds[choose_below(sizeof(kinds))]);
		add8(packet, 0);
		add_filling(packet, 6 + some_size());
	}
	end_ip(packet);
}

/* Options of messages to neighbours. */
static void six_options(struct packet *packet, uint32_t peer)
{
	static const uint8_t kinds[] = {1, 2, 3, 4, 5, 24, 25, 31};
	add8(packet, choose_below(2) ? 1 : 2);
	add8(packet, 1);
	add(packet, wire_address(peer), 6);
	while (choose_one_in(3)) {
		uint32_t units = choose_below(6);
		add8(packet, kinds[choose_below(8)]);
		add8(packet, choose_one_in(8) ? odd_number() : units);
		if (units > 0)
			add_filling(packet, 8 * units - 2);
	}
}

/* What a router says of its network. */
static void make_router(struct packet *packet)
{
	static const uint8_t prefix[16] = {0xfd, 0, 0, 2};
	begin_to_guest6(packet, ICMP6, 2);
	add(packet, "\x86\0\0\0\x40\0", 6);
	add16(packet, choose_one_in(4) ? odd_number() : 1800);
	add32(packet, choose_one_in(8) ? odd_number() : 0);
	add32(packet, choose_one_in(8) ? odd_number() : 0);
	add(packet, "\3\4\x40\xc0", 4);
	add32(packet, choose_one_in(4) ? odd_number() : 7200);
	add32(packet, choose_one_in(4) ? odd_number() : 3600);
	add32(packet, 0);
	add(packet, prefix, 16);
	add(packet, "\5\1\0\0", 4);
	add32(packet, choose_one_in(4) ? odd_number() : 1500);
	six_options(packet, 2);
	end_ip(packet);
	seen.is_router_wanted = false;
}

static void make_neighbour(struct packet *packet)
{
	bool is_answer = seen.is_asked6;
	uint32_t who = is_answer ? get32(seen.asked6 + 12) : some_peer();
	begin_to_guest6(packet, ICMP6, who);
	add8(packet, is_answer ? 136 : choose_below(2) ? 135 : 137);
	add(packet, "\0\0\0", 3);
	add32(packet, is_answer ? 0x60000000 : choose_below(2) ? 0 : 0xa0000000);
	add(packet, is_answer ? seen.asked6 : seen.address6, 16);
	if (packet->bytes[packet->size - 24] == 137)
		add(packet, seen.address6, 16);
	six_options(packet, who);
	end_ip(packet);
	seen.is_asked6 = false;
}

static void make_icmp6(struct packet *packet)
{
	static const uint8_t kinds[] = {128, 1, 2, 3, 4, 129, 130, 131, 132, 143};
	uint8_t kind = kinds[choose_below(10)];
	begin_to_guest6(packet, ICMP6, some_peer());
	add8(packet, kind);
	add8(packet, choose_one_in(4) ? choose_below(8) : kind == 1 ? 4 : 0);
	add16(packet, 0);
	add32(packet, kind == 2 ? 500 + odd_number() : 1);
	if (kind < 5)
		add(packet, seen.spoken6, choose_one_in(4) ? choose_below(60) : 60);
	else
		add_filling(packet, some_size());
	end_ip(packet);
}

static void make_six(struct packet *packet)
{
	switch (choose_below(4)) {
	case 0:
		make_router(packet);
		break;
	case 1:
		make_neighbour(packet);
		break;
	case 2:
		make_icmp6(packet);
		break;
	case 3:
		begin_to_guest6(packet, (uint8_t)choose_below(choose_below(2) ? 64 : 256), some_peer());
		add_filling(packet, choose_below(200));
		end_ip(packet);
		break;
	}
}

/* No protocol at all, or one that the guest does not know. */
static void make_other(struct packet *packet)
{
	static const uint16_t types[] = {0x800, 0x806, 0x8100, 0x86dd, 0x88cc, 0x8863, 46};
	if (choose_below(2)) {
		begin_to_guest(packet, (uint8_t)choose_below(256), some_peer());
		add_filling(packet, choose_below(200));
		end_ip(packet);
		return;
	}
	begin_ethernet(packet, seen.guest, wire_address(some_peer()), types[choose_below(7)]);
	for (uint32_t size = choose_below(120); size > 0; size--)
		add8(packet, choose_below(256));
}

/* ---- Packets in pieces: those of the last one that was cut wait until each has come, in any order, or is lost. */

enum { PARTS_MOST = 12, PART_MOST = 1600 };
static struct {
	uint32_t size;
	uint8_t bytes[PART_MOST];
} parts[PARTS_MOST];
static unsigned part_count;

static void cut_into_fragments(const struct packet *packet)
{
	const uint8_t *ip = packet->bytes + ETHERNET;
	uint32_t header = 4 * (ip[0] & 15u), size = packet->size - ETHERNET - header;
	uint32_t step = choose_one_in(3) ? 8 : 8 * (1 + choose_below(180));
	for (uint32_t at = 0; at < size && part_count < PARTS_MOST; at += step) {
		uint32_t end = at + step < size ? at + step : size, begin = at;
		uint8_t *bytes = parts[part_count].bytes;
		if (choose_one_in(10)) /* over one another */
			begin = begin < 16 ? 0 : begin - 8 * (1 + choose_below(2));
		if (part_count == PARTS_MOST - 1)
			end = size;
		if (end - begin > PART_MOST - ETHERNET - header)
			end = begin + (PART_MOST - ETHERNET - header) / 8 * 8;
		memcpy(bytes, packet->bytes, ETHERNET + header);
		memcpy(bytes + ETHERNET + header, ip + header + begin, end - begin);
		set16(bytes + ETHERNET + 2, header + end - begin);
		set16(bytes + ETHERNET + 6, (end < size ? 0x2000 : 0) | begin / 8);
		parts[part_count].size = ETHERNET + header + end - begin;
		make_sums(bytes, parts[part_count++].size);
	}
}

/* One of the pieces; it may come again. */
static void make_part(struct packet *packet)
{
	unsigned which = (unsigned)choose_below(part_count);
	packet->size = 0;
	add(packet, parts[which].bytes, parts[which].size);
	if (!choose_one_in(6))
		parts[which] = parts[--part_count];
}

/* Whether the packet is one that can be cut. */
static bool is_whole(const struct packet *packet)
{
	const uint8_t *ip = packet->bytes + ETHERNET;
	return packet->size > ETHERNET + IP && get16(packet->bytes + 12) == TYPE_IP && ip[0] >> 4 == 4 &&
	       4 * (ip[0] & 15u) >= IP && packet->size > ETHERNET + 4 * (ip[0] & 15u);
}

/* ---- The next frame. */

static uint32_t harmed; /* one in so many frames, 0: none */

static void make_any(struct packet *packet)
{
	switch (choose_below(16)) {
	case 0:
	case 1:
	case 2:
	case 3:
	case 4:
	case 5:
		make_segment(packet);
		break;
	case 6:
		make_udp(packet);
		break;
	case 7:
		make_arp(packet);
		break;
	case 8:
		make_icmp(packet);
		break;
	case 9:
		if (seen.has_six && choose_one_in(2))
			make_six(packet);
		else
			make_other(packet);
		break;
	case 10:
		make_lease(packet);
		break;
	case 11:
		if (seen.named_by) {
			make_name(packet);
			break;
		}
		make_request(packet);
		break;
	default:
		if (part_count)
			make_part(packet);
		else
			make_segment(packet);
		break;
	}
}

/* The next frame for the guest: what it asked for, if it did, or whatever. */
static void peer_makes(struct packet *packet)
{
	static struct packet last;
	if (seen.asked && choose_below(4) < 3)
		make_arp(packet);
	else if (seen.lease_kind && choose_below(4) < 3)
		make_lease(packet);
	else if (seen.is_asked6 && choose_below(4) < 3)
		make_neighbour(packet);
	else if (seen.is_router_wanted && choose_below(4) < 3)
		make_router(packet);
	else if (seen.name_size && choose_below(4) < 2)
		make_name(packet);
	else
		make_any(packet);
	make_sums(packet->bytes, packet->size);
	if (harmed && choose_one_in(harmed)) {
		harm(packet, &last);
		if (!choose_one_in(8))
			make_sums(packet->bytes, packet->size);
	}
	last.size = packet->size < 2000 ? packet->size : 2000;
	memcpy(last.bytes, packet->bytes, last.size);
	if (part_count == 0 && is_whole(packet) && choose_one_in(12)) {
		cut_into_fragments(packet);
		make_part(packet);
	}
}

#endif
