#ifndef FRAMES_CARD_H
#define FRAMES_CARD_H

/* The network card: the model of a right device, whose buffers nobody may touch but where and while they are his. */

#include "frames_machine.h"
#include "net_device.h"
#include "virtio_card.h"

enum { FRAME_MOST = 66000, CARD_PIECES_MOST = 64 };

/* Of each chain that is being sent, by its first descriptor: a sum of its bytes, which must stay. */
static uint64_t card_sums[SIZE_MOST];

/* What the other side does with a frame that was sent; the virtio header stands before it. */
static void peer_sees(const uint8_t *frame, uint32_t size, const uint8_t *header);

static uint64_t sum_of(const uint8_t *bytes, size_t size)
{
	uint64_t sum = size;
	for (; size >= sizeof(uint64_t); bytes += sizeof(uint64_t), size -= sizeof(uint64_t)) {
		uint64_t word;
		memcpy(&word, bytes, sizeof(word));
		sum = (sum ^ word) * 0x9e3779b97f4a7c15;
	}
	while (size > 0)
		sum = (sum ^ bytes[--size]) * 0x100000001b3;
	return sum;
}

/* The bytes of a chain that is being sent, header and all. */
static uint32_t gather(const struct chain *chain, uint8_t *whole)
{
	uint32_t size = 0;
	for (unsigned i = 0; i < chain->count; i++) {
		CHECK(size + chain->parts[i].size <= FRAME_MOST, "a frame of more than %u bytes", size);
		memcpy(whole + size, (const void *)chain->parts[i].address, chain->parts[i].size);
		size += chain->parts[i].size;
	}
	return size;
}

/* Take what the driver has for the device; what was sent is seen at once. */
static void card_look(void)
{
	static uint8_t whole[FRAME_MOST];
	struct model_queue *in = &queues[0], *out = &queues[1];
	unsigned had = in->held_count, sending = out->held_count;
	fetch(in, true);
	for (unsigned i = had; i < in->held_count; i++)
		__asan_poison_memory_region((void *)in->held[i].parts[0].address, BUFFER);
	fetch(out, false);
	for (unsigned i = sending; i < out->held_count; i++) {
		uint32_t size = gather(&out->held[i], whole);
		CHECK(out->held[i].parts[0].size == HEADER, "a header of %u bytes", out->held[i].parts[0].size);
		card_sums[out->held[i].head] = sum_of(whole, size);
		peer_sees(whole + HEADER, size - HEADER, whole);
	}
	set_awake(in, false);
	set_awake(out, false);
}

/* Be done with one that was sent, whichever. */
static void card_finish_one(void)
{
	static uint8_t whole[FRAME_MOST];
	struct model_queue *out = &queues[1];
	struct chain chain = take_chain(out, (unsigned)random_below(out->held_count));
	CHECK(sum_of(whole, gather(&chain, whole)) == card_sums[chain.head], "a frame changes while it is sent");
	put_used(out, chain.head, 0);
	show_used(out);
}

static void card_finish_all(void)
{
	while (queues[1].held_count > 0)
		card_finish_one();
}

/* Into how large pieces a frame is cut; how many. The usual way is as few as can be. */
static uint32_t cut(uint32_t size, uint32_t *pieces)
{
	static const uint16_t firsts[] = {14, 15, 18, 27, 33, 34, 35, 38, 42, 50, 54, 60};
	bool is_odd = model_has(MERGED) && choose_one_in(6);
	uint32_t count = 0;
	for (uint32_t left = size; left > 0 || count == 0; left -= pieces[count++]) {
		uint32_t room = count == 0 ? BUFFER - HEADER : BUFFER, part = left < room ? left : room;
		if (is_odd && count == 0 && part > 60)
			part = firsts[choose_below(sizeof(firsts) / sizeof(*firsts))];
		else if (is_odd && count < 8 && part > 1)
			part = 1 + choose_below(part);
		pieces[count] = part;
	}
	return count;
}

/* Hand a frame to the driver; false: it has given too few buffers. */
static bool card_deliver(const uint8_t *frame, uint32_t size)
{
	struct model_queue *in = &queues[0];
	uint32_t pieces[CARD_PIECES_MOST], count, at = 0;
	if (!model_has(MERGED) && size > BUFFER - HEADER)
		size = BUFFER - HEADER;
	count = cut(size, pieces);
	if (in->held_count < count)
		return false;
	uint8_t header[HEADER];
	fill(header, sizeof(header)); /* most of it nobody needs */
	header[0] = (uint8_t)(choose_below(2) ? 0 : choose_below(4));
	header[10] = (uint8_t)count;
	header[11] = 0;
	for (uint32_t i = 0; i < count; i++) {
		struct chain chain = take_chain(in, (unsigned)random_below(in->held_count));
		char *buffer = (char *)chain.parts[0].address;
		uint32_t skip = i == 0 ? HEADER : 0;
		__asan_unpoison_memory_region(buffer, skip + pieces[i]);
		memcpy(buffer, header, skip);
		memcpy(buffer + skip, frame + at, pieces[i]);
		at += pieces[i];
		put_used(in, chain.head, skip + pieces[i]);
	}
	show_used(in);
	return true;
}

static void card_set_link(bool is_up)
{
	if (config_shown)
		config_shown[6] = is_up;
}

#endif
