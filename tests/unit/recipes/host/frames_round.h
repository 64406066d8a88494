#ifndef FRAMES_ROUND_H
#define FRAMES_ROUND_H

/*
 * A round: frames come, the program does something, time passes, the card is slow or not; in the end all is closed and forgotten, and the
 * memory must be what it was.
 */

#include "frames_program.h"

static struct {
	uint64_t frames_left;
	bool is_over;     /* nobody speaks any more, and the card is quick */
	bool is_acting;   /* in the middle of something */
	uint32_t program; /* one in so many steps is the program's */
	size_t memory_before;
} round_;

/* What the stack has said on the console. */
static void listen_to_console(void)
{
	for (size_t at = 0; at + 12 < written_length; at++)
		counts->leases += !memcmp(written + at, "network: 1", 10) || !memcmp(written + at, "network: 2", 10);
	forget_written();
}

static void frame_comes(void)
{
	static struct packet packet;
	if (round_.frames_left == 0)
		return;
	round_.frames_left--;
	peer_makes(&packet);
	counts->frames++;
	counts->losses += !card_deliver(packet.bytes, packet.size);
}

static void card_works(void)
{
	card_look();
	while (queues[1].held_count > 0 && !choose_one_in(8))
		card_finish_one();
}

static void time_passes(void)
{
	static const uint32_t milliseconds[] = {1, 1, 50, 250, 250, 500, 1000, 3000, 20000, 100000};
	now += UINT64_C(1000000) * milliseconds[choose_below(choose_one_in(4) ? 10 : 5)];
}

static bool act(void)
{
	if (round_.is_over) {
		card_look();
		bool is_any = queues[1].held_count > 0;
		card_finish_all();
		return is_any;
	}
	if (!choices_left() || round_.frames_left == 0 || choose_one_in(3))
		return false;
	card_works();
	frame_comes();
	return true;
}

static void step(void)
{
	if (choose_one_in(round_.program)) {
		program_does();
	} else if (choose_one_in(12)) {
		time_passes();
	} else if (choose_one_in(300)) {
		card_set_link(choose_below(2) == 0);
	} else {
		frame_comes();
		if (choose_one_in(4))
			return; /* another one comes at once */
	}
	wait_yield();
	card_works();
	listen_to_console();
}

/* Whether the card has all buffers back and as much memory is in use as at the start; but addresses of IPv6 come and go, and each has a group. */
static bool is_as_before(void)
{
	enum { GROUP = 64, ADDRESSES = 3 };
	return queues[0].held_count == queues[0].size && memory.bytes <= round_.memory_before + ADDRESSES * GROUP &&
	       memory.bytes + ADDRESSES * GROUP >= round_.memory_before;
}

/* Until all is forgotten: lwIP sends twelve times, and where answers came late it waits for up to 4.5 hours each time. */
static void forget(void)
{
	enum { HOURS_MOST = 60 };
	struct wait_queue nobody = {0};
	uint64_t end = now + HOURS_MOST * UINT64_C(3600000000000);
	while (now < end && !is_as_before()) {
		wait_on(&nobody, now + UINT64_C(10000000000));
		listen_to_console();
	}
	if (!is_as_before())
		tell_cells();
	CHECK(is_as_before(), "%zu bytes instead of %zu are in use when all is over", memory.bytes, round_.memory_before);
}

/* All that is on its way has gone. */
static void settle(void)
{
	wait_yield();
	card_look();
	card_finish_all();
	wait_yield();
}

/* Whether the driver has given back all that it owes the device. */
static void count_buffers(void)
{
	settle();
	card_look();
	CHECK(queues[0].held_count == queues[0].size, "%u of %u buffers have come back", queues[0].held_count, queues[0].size);
}

/*
 * The network starts, with nobody there yet; false: it does not, for want of memory. What it lacked then it takes as soon as there is
 * something again.
 */
static bool begin(void)
{
	struct limits limits = memory.limits;
	struct wait_queue nobody = {0};
	if (!program_starts())
		return false;
	memory.limits = (struct limits){.most = SIZE_MAX};
	seen.address = GUEST_USUAL;
	round_.is_over = true;
	wait_on(&nobody, now + UINT64_C(1000000000));
	settle();
	round_.is_over = false;
	round_.memory_before = memory.bytes;
	memory.limits = limits;
	return true;
}

static void end(void)
{
	round_.is_over = true;
	memory.limits = (struct limits){.most = SIZE_MAX};
	card_set_link(true); /* without it what waits to be sent waits for ever */
	program_ends();
	forget();
	count_buffers();
	part_count = 0;
	memset(talks, 0, sizeof(talks));
	round_.is_over = false;
}

static void play(uint64_t frames)
{
	round_.frames_left = frames;
	program_opens();
	while (round_.frames_left > 0 && choices_left())
		step();
}

#endif
