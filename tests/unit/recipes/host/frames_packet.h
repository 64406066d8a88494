#ifndef FRAMES_PACKET_H
#define FRAMES_PACKET_H

/* Frames as bytes: how they are begun and ended, summed, and spoilt. Numbers are in the order of the network. */

#include "frames_card.h"

enum { ETHERNET = 14, IP = 20, IP6 = 40, TCP = 6, UDP = 17, ICMP = 1, ICMP6 = 58 };
enum { TYPE_IP = 0x800, TYPE_ARP = 0x806, TYPE_IP6 = 0x86dd };

struct packet {
	uint32_t size;
	uint8_t bytes[FRAME_MOST];
};

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)get16(at) << 16 | get16(at + 2);
}

static void set16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void set32(uint8_t *at, uint32_t value)
{
	set16(at, value >> 16);
	set16(at + 2, value);
}

/* Put something behind what is there already; what has no room is left out. */
static uint8_t *add(struct packet *packet, const void *bytes, uint32_t size)
{
	uint8_t *at = packet->bytes + packet->size;
	uint32_t room = (uint32_t)sizeof(packet->bytes) - packet->size;
	size = size < room ? size : room;
	if (bytes)
		memcpy(at, bytes, size);
	else
		memset(at, 0, size);
	packet->size += size;
	return at;
}

static void add8(struct packet *packet, uint32_t value)
{
	uint8_t byte = (uint8_t)value;
	add(packet, &byte, 1);
}

static void add16(struct packet *packet, uint32_t value)
{
	uint8_t bytes[2];
	set16(bytes, value);
	add(packet, bytes, 2);
}

static void add32(struct packet *packet, uint32_t value)
{
	uint8_t bytes[4];
	set32(bytes, value);
	add(packet, bytes, 4);
}

/* Bytes whose values say nothing. */
static void add_filling(struct packet *packet, uint32_t size)
{
	uint32_t begin = packet->size;
	add(packet, NULL, size);
	fill(packet->bytes + begin, packet->size - begin);
}

/* ---- Sums. */

static uint32_t sum16(uint32_t sum, const uint8_t *bytes, uint32_t size)
{
	for (uint32_t i = 0; i + 1 < size; i += 2)
		sum += get16(bytes + i);
	if (size % 2)
		sum += (uint32_t)bytes[size - 1] << 8;
	return sum;
}

static uint16_t folded(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* Where the sum of a protocol's packet is, and 0 if nobody knows. */
static uint32_t sum_place(uint8_t protocol)
{
	return protocol == TCP ? 16 : protocol == UDP ? 6 : protocol == ICMP || protocol == ICMP6 ? 2 : 0;
}

/* The headers of IP that stand before the contents, all of whose bytes are there. */
struct layers {
	uint32_t header, whole; /* bytes of them, and of the packet */
	uint8_t protocol;
	bool is_fragment, is_six;
};

/* False: they are none. */
static bool look_at(const uint8_t *frame, uint32_t size, struct layers *layers)
{
	const uint8_t *ip = frame + ETHERNET;
	uint32_t room = size - ETHERNET;
	if (size >= ETHERNET + IP && get16(frame + 12) == TYPE_IP) {
		*layers = (struct layers){4 * (ip[0] & 15u), get16(ip + 2), ip[9], get16(ip + 6) & 0x3fff, false};
	} else if (size >= ETHERNET + IP6 && get16(frame + 12) == TYPE_IP6) {
		*layers = (struct layers){IP6, IP6 + get16(ip + 4), ip[6], false, true};
		while ((layers->protocol == 0 || layers->protocol == 43 || layers->protocol == 60) && layers->header + 8 <= room) {
			layers->protocol = ip[layers->header];
			layers->header += 8 * (1 + ip[layers->header + 1]);
		}
		layers->is_fragment = layers->protocol == 44;
	} else {
		return false;
	}
	layers->whole = layers->whole < room ? layers->whole : room;
	return layers->header >= IP && layers->header <= layers->whole;
}

static uint32_t pseudo_sum(const uint8_t *ip, const struct layers *layers)
{
	uint32_t sum = layers->protocol + layers->whole - layers->header;
	return layers->is_six ? sum16(sum, ip + 8, 32) : layers->protocol == ICMP ? 0 : sum16(sum, ip + 12, 8);
}

static uint16_t transport_sum(const uint8_t *ip, const struct layers *layers)
{
	return folded(sum16(pseudo_sum(ip, layers), ip + layers->header, layers->whole - layers->header));
}

/* Make sums right, where a frame is one that has any; fragments have none of their own. */
static void make_sums(uint8_t *frame, uint32_t size)
{
	uint8_t *ip = frame + ETHERNET;
	struct layers layers;
	uint32_t place;
	if (!look_at(frame, size, &layers))
		return;
	if (!layers.is_six) {
		set16(ip + 10, 0);
		set16(ip + 10, (uint16_t)~folded(sum16(0, ip, layers.header)));
	}
	place = sum_place(layers.protocol);
	if (!place || layers.header + place + 2 > layers.whole || layers.is_fragment)
		return;
	set16(ip + layers.header + place, 0);
	set16(ip + layers.header + place, (uint16_t)~transport_sum(ip, &layers));
}

/* ---- Beginnings and ends. */

static uint32_t odd_number(void)
{
	static const uint32_t numbers[] = {0, 1, 2, 3, 4, 5, 7, 8, 14, 15, 16, 20, 28, 40, 44, 60, 63, 64, 127, 128, 255, 256, 536,
		576, 1460, 1500, 1514, 2048, 4095, 4096, 32767, 32768, 65495, 65507, 65515, 65520, 65534, 65535, 0x7fffffff, 0x80000000, 0xffffffff};
	return numbers[choose_below(sizeof(numbers) / sizeof(*numbers))];
}

static void begin_ethernet(struct packet *packet, const uint8_t *to, const uint8_t *from, uint16_t type)
{
	packet->size = 0;
	add(packet, to, 6);
	add(packet, from, 6);
	add16(packet, type);
}

static void begin_ip(struct packet *packet, uint8_t protocol, uint32_t from, uint32_t to)
{
	uint32_t options = choose_one_in(24) ? 1 + choose_below(10) : 0; /* words */
	uint8_t *ip = add(packet, NULL, IP);
	ip[0] = (uint8_t)(0x45 + options);
	set16(ip + 4, (uint16_t)random_word());
	ip[8] = choose_one_in(50) ? (uint8_t)choose_below(3) : 64;
	ip[9] = protocol;
	set32(ip + 12, from);
	set32(ip + 16, to);
	for (uint32_t i = 0; i < options; i++)
		add32(packet, choose_below(2) ? (uint32_t)random_word() : 0x01010101);
}

/* With extension headers of no meaning, now and then. */
static void begin_ip6(struct packet *packet, uint8_t protocol, const uint8_t *from, const uint8_t *to)
{
	static const uint8_t extensions[] = {0, 43, 60, 44};
	uint32_t count = choose_one_in(24) ? 1 + choose_below(3) : 0;
	uint8_t *ip = add(packet, NULL, IP6), *next = ip + 6;
	ip[0] = 0x60;
	ip[7] = 255;
	memcpy(ip + 8, from, 16);
	memcpy(ip + 24, to, 16);
	for (uint32_t i = 0; i < count; i++) {
		*next = extensions[choose_below(4)];
		next = add(packet, NULL, 8);
		next[2] = choose_one_in(4) ? (uint8_t)choose_below(256) : 1;
		next[3] = (uint8_t)choose_below(choose_one_in(4) ? 256 : 5);
	}
	*next = protocol;
}

/* A length that says how much there is. */
static void end_ip(struct packet *packet)
{
	if (get16(packet->bytes + 12) == TYPE_IP6)
		set16(packet->bytes + ETHERNET + 4, packet->size - ETHERNET - IP6);
	else
		set16(packet->bytes + ETHERNET + 2, packet->size - ETHERNET);
}

/* Where its header is. */
static uint32_t begin_udp(struct packet *packet, uint16_t from, uint16_t to)
{
	uint32_t begin = packet->size;
	add16(packet, from);
	add16(packet, to);
	add32(packet, 0);
	return begin;
}

/* `begin` is where its header is. */
static void end_udp(struct packet *packet, uint32_t begin)
{
	set16(packet->bytes + begin + 4, choose_one_in(40) ? odd_number() : packet->size - begin);
	end_ip(packet);
}

/* ---- Harm. */

/* Somewhere in the packet, mostly in headers and seldom in the Ethernet one. */
static uint32_t somewhere(const struct packet *packet)
{
	uint32_t from = choose_one_in(16) || packet->size <= ETHERNET ? 0 : ETHERNET, room = packet->size - from;
	return from + choose_below(choose_below(4) && room > 80 ? 80 : room);
}

static void remove_bytes(struct packet *packet, uint32_t at, uint32_t size)
{
	memmove(packet->bytes + at, packet->bytes + at + size, packet->size - at - size);
	packet->size -= size;
}

/* Put bytes of `other` (or of the packet itself) in between. */
static void insert_bytes(struct packet *packet, uint32_t at, const struct packet *other)
{
	uint32_t from = somewhere(other), size = 1 + choose_below(other->size - from > 64 ? 64 : other->size - from);
	uint8_t bytes[64];
	memcpy(bytes, other->bytes + from, size);
	if (packet->size + size > FRAME_MOST)
		return;
	memmove(packet->bytes + at + size, packet->bytes + at, packet->size - at);
	memcpy(packet->bytes + at, bytes, size);
	packet->size += size;
}

static void harm_once(struct packet *packet, const struct packet *other)
{
	uint32_t at = somewhere(packet), left = packet->size - at;
	switch (choose_below(9)) {
	case 0:
		packet->bytes[at] ^= (uint8_t)(1 << choose_below(8));
		break;
	case 1:
		packet->bytes[at] = (uint8_t)choose_below(256);
		break;
	case 2:
		packet->bytes[at] = (uint8_t)odd_number();
		break;
	case 3:
		if (left >= 2)
			set16(packet->bytes + at, odd_number());
		break;
	case 4:
		if (left >= 4)
			set32(packet->bytes + at, get32(packet->bytes + at) + (choose_below(2) ? odd_number() : -odd_number()));
		break;
	case 5:
		if (left < packet->size)
			packet->size = at;
		break;
	case 6:
		add_filling(packet, 1 + choose_below(choose_below(2) ? 64 : 1500));
		break;
	case 7:
		remove_bytes(packet, at, 1 + choose_below(left > 16 ? 16 : left) - (left == packet->size));
		break;
	case 8:
		insert_bytes(packet, at, choose_below(2) && other->size > 0 ? other : packet);
		break;
	}
}

/* Spoil a packet in a few places, and mostly make lengths and sums right again, so that it gets further. */
static void harm(struct packet *packet, const struct packet *other)
{
	for (uint32_t times = 1 + choose_below(4); times > 0 && packet->size > 0; times--)
		harm_once(packet, other);
	if (choose_below(2) == 0 && packet->size >= ETHERNET + IP6)
		end_ip(packet);
}

#endif
