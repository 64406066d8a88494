#ifndef FRAMES_SAID_H
#define FRAMES_SAID_H

/* What everybody else says to the guest: it fits its questions, its connections and their sequence numbers. Each makes a packet. */

#include "frames_heard.h"

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

#endif
