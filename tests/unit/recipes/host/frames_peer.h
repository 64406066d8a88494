#ifndef FRAMES_PEER_H
#define FRAMES_PEER_H

/* Everybody else on the network: which of all that could be said to the guest comes next, whole or in pieces. */

#include "frames_said.h"

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
