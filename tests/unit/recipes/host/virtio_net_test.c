/*
 * The network card's driver and its queues against a model of the device, which is right, or lies in one of many ways, or writes whatever
 * it likes into the memory that both share. Each round is a process of its own, begun by a seed.
 *
 * A right device must be served: frames unharmed both ways, kicks and interrupts when they are wanted and only then. A lie must end the
 * guest before anything is done with it. Whatever happens, the user sees no byte that is not of a buffer that it may see.
 *
 *     virtio_net_test SEED ROUNDS
 */

#include "virtio_bed.h"
#include "virtio_card.h"

#include "device_memory.h"
#include "net_device.h"

enum { FRAMES = 4096, ARENA = 1 << 20, STEP = 1000 };

/* ---- What the driver stands on. */

static char arena[ARENA]; /* what is sent lies here */

/* What is sent does not lie side by side for the device, in places. */
struct device_run device_memory_run(const void *start, size_t size)
{
	size_t left = size;
	if ((const char *)start >= arena && (const char *)start < arena + ARENA)
		left = STEP - (size_t)((const char *)start - arena) % STEP;
	return (struct device_run){(uintptr_t)start, size < left ? size : left};
}

/* From one reading to the next passes more time than the driver is patient. */
uint64_t clock_monotonic(void)
{
	static uint64_t now;
	return now += 1000000;
}

/* ---- The user. */

static struct net_frame *held[SIZE_MOST];
static unsigned held_count, came, sends_in_flight, sends_done;
static struct {
	const char *bytes;
	uint32_t size;
	uint16_t checksum_start, segment_size;
	bool is_in_flight;
} sends[FRAMES];
static uint8_t expected[FRAMES][9100];
static uint32_t expected_size[FRAMES];
static bool expected_checked[FRAMES];
static unsigned sent_to_guest;
static bool is_storm; /* contents mean nothing any more */

static void received(struct net_frame *frame)
{
	uint32_t at = 0;
	const struct net_frame *first = frame;
	for (struct net_frame *piece = frame; piece; piece = piece->next) {
		const char *bytes = piece->bytes;
		size_t offset = (size_t)(bytes - pool) % BUFFER;
		CHECK(bytes >= pool && bytes < pool + pool_size, "not of the buffers");
		CHECK(offset + piece->length <= BUFFER, "%u bytes at %zu", piece->length, offset);
		for (unsigned i = 0; i < held_count; i++)
			CHECK(((char *)held[i]->bytes - pool) / BUFFER != (bytes - pool) / BUFFER, "%s: a buffer that the user has", lie);
		if (!is_storm) {
			CHECK(came < sent_to_guest && at + piece->length <= expected_size[came], "more than was sent: %u", at + piece->length);
			CHECK(!memcmp(bytes, expected[came] + at, piece->length), "frame %u at %u", came, at);
		}
		at += piece->length;
		held[held_count++] = piece;
		CHECK(held_count <= queues[0].size, "more buffers than there are");
	}
	if (!is_storm) {
		CHECK(at == expected_size[came], "frame %u has %u bytes", came, at);
		CHECK(first->checksum_is_right == expected_checked[came], "frame %u: checksum", came);
	}
	CHECK(first->length >= 14, "%u bytes", first->length);
	came++;
}

static void give_back_some(void)
{
	while (held_count > 0 && random_below(4)) {
		unsigned which = (unsigned)random_below(held_count);
		struct net_frame *piece = held[which];
		held[which] = held[--held_count];
		piece->next = NULL;
		if (held_count > 0 && random_below(2)) {
			piece->next = held[--held_count];
			piece->next->next = NULL;
		}
		net_device_give_back(piece);
	}
}

static void was_sent(void *owner)
{
	size_t which = (size_t)owner - 1;
	CHECK(which < FRAMES && sends[which].is_in_flight, "%s: frame %zu is done with, and was not in flight", lie, which);
	sends[which].is_in_flight = false;
	sends_in_flight--;
	sends_done++;
}

static int link_is_up = -1;

static void link_changed(bool is_up)
{
	link_is_up = is_up;
}

static struct net_device_user user = {.received = received, .sent = was_sent, .link = link_changed};
static struct net_device told;

/* Send a frame of random size in random pieces. Whether there was room. */
static bool send_one(void)
{
	static uint32_t at;
	size_t which = 0;
	while (sends[which].is_in_flight)
		which++;
	uint32_t count = 1 + (uint32_t)random_below(random_below(8) ? 4 : NET_PIECES_MOST), size = 0;
	struct net_piece pieces[NET_PIECES_MOST];
	if (at > ARENA - 20000)
		at = 0;
	char *start = arena + at;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t length = (uint32_t)random_below(400) + (i == 0 ? 14 : 0);
		pieces[i] = (struct net_piece){start + size, length};
		size += length;
	}
	bool is_cut = told.abilities & NET_SEND_SEGMENTS && random_below(3) == 0;
	bool is_summed = is_cut || (told.abilities & NET_SEND_CHECKSUM && random_below(3) == 0);
	struct net_send frame = {
		.pieces = pieces,
		.count = count,
		.checksum_start = is_summed ? 34 : 0,
		.checksum_offset = is_summed ? 16 : 0,
		.segment_size = is_cut ? 1460 : 0,
		.header_size = is_cut ? 54 : 0,
		.owner = (void *)(which + 1),
	};
	if (!net_device_send(&frame))
		return false;
	fill(start, size);
	sends[which].bytes = start;
	sends[which].size = size;
	sends[which].checksum_start = frame.checksum_start;
	sends[which].segment_size = frame.segment_size;
	sends[which].is_in_flight = true;
	sends_in_flight++;
	at += size;
	return true;
}

/* ---- What the model does. */

/* Write a frame into buffers and say so; 0: there are not enough of them. Buffers are used in any order. */
static void deliver(void)
{
	struct model_queue *queue = &queues[0];
	fetch(queue, true);
	uint32_t size = 14 + (uint32_t)random_below(model_has(MERGED) && random_below(3) == 0 ? 9000 : 1500);
	uint32_t whole = HEADER + size, count = model_has(MERGED) ? (whole + BUFFER - 1) / BUFFER : 1;
	if (queue->held_count < count || sent_to_guest == FRAMES)
		return;
	uint8_t *bytes = expected[sent_to_guest];
	uint8_t flags = model_has(GUEST_CHECKSUM) ? (uint8_t)random_below(4) : 0;
	expected_size[sent_to_guest] = size;
	expected_checked[sent_to_guest++] = flags != 0;
	fill(bytes, size);
	uint8_t header[HEADER] = {flags, 0, 0, 0, 0, 0, 0, 0, 0, 0, (uint8_t)count, 0};
	if (!model_has(MERGED))
		header[10] = (uint8_t)random_word(); /* means nothing then */
	for (uint32_t i = 0, at = 0; i < count; i++) {
		struct chain chain = take_chain(queue, (unsigned)random_below(queue->held_count));
		char *buffer = (char *)chain.parts[0].address;
		uint32_t skip = i == 0 ? HEADER : 0, part = size - at < BUFFER - skip ? size - at : BUFFER - skip;
		CHECK(chain.count == 1 && chain.parts[0].size == BUFFER, "a buffer of %u bytes", chain.parts[0].size);
		memcpy(buffer, header, skip);
		memcpy(buffer + skip, bytes + at, part);
		at += part;
		put_used(queue, chain.head, skip + part);
	}
}

/* Check a frame that was sent against what it was to be, and be done with it. */
static void finish(struct chain chain)
{
	uint8_t whole[100000], header[HEADER];
	uint32_t size = 0;
	for (unsigned i = 1; i < chain.count; i++) {
		CHECK(size + chain.parts[i].size <= sizeof(whole), "too long");
		memcpy(whole + size, (void *)chain.parts[i].address, chain.parts[i].size);
		size += chain.parts[i].size;
	}
	CHECK(chain.parts[0].size == HEADER, "a header of %u bytes", chain.parts[0].size);
	memcpy(header, (void *)chain.parts[0].address, HEADER);
	const char *start = chain.count > 1 ? (char *)chain.parts[1].address : NULL;
	size_t which = 0;
	while (which < FRAMES && !(sends[which].is_in_flight && sends[which].bytes == start))
		which++;
	CHECK(which < FRAMES, "nobody sent this");
	CHECK(size == sends[which].size && !memcmp(whole, start, size), "%u bytes instead of %u", size, sends[which].size);
	CHECK(header[0] == (sends[which].checksum_start != 0) && header[1] == (sends[which].segment_size != 0), "flags");
	CHECK((header[4] | header[5] << 8) == sends[which].segment_size, "segments");
	CHECK((header[6] | header[7] << 8) == sends[which].checksum_start, "checksum");
	CHECK(header[10] == 0 && header[11] == 0, "buffers");
	put_used(&queues[1], chain.head, (uint32_t)random_word()); /* the length means nothing */
}

static void finish_some(void)
{
	struct model_queue *queue = &queues[1];
	while (queue->held_count > 0 && random_below(4))
		finish(take_chain(queue, (unsigned)random_below(queue->held_count)));
}

/* Whether it may halt. Asked for the first time since something has come, it looks for more instead. */
static bool arms(void)
{
	static unsigned known;
	bool has_come = came + sends_done != known;
	known = came + sends_done;
	bool is_armed = source->arm();
	CHECK(!(is_armed && has_come), "it does not wait for more without a halt");
	return is_armed || source->arm();
}

/* One thing of many that happen; all of them right. */
static void step(void)
{
	uint16_t before[2] = {queues[0].next_used, queues[1].next_used};
	switch (random_below(8)) {
	case 0:
	case 1:
		for (size_t i = random_below(6); i > 0; i--)
			deliver();
		show_used(&queues[0]);
		break;
	case 2:
		look(&queues[1], false);
		finish_some();
		show_used(&queues[1]);
		break;
	case 3:
		look(&queues[1], false);
		for (size_t i = random_below(8); i > 0 && send_one(); i--)
			;
		CHECK(queues[1].kicks == 0, "a kick before the flush");
		uint16_t filled = queues[1].available[1];
		net_device_flush();
		if (queues[1].available[1] != filled)
			CHECK(queues[1].kicks == !queues[1].is_awake, "%u kicks", queues[1].kicks);
		else
			CHECK(queues[1].kicks == 0, "a kick for nothing");
		if (model_has(EVENT) && queues[1].is_awake && queues[1].available[1] != filled) {
			/* It goes to sleep without having seen them, as it may where a fence is none. */
			set_awake(&queues[1], false);
			net_device_flush();
			CHECK(queues[1].kicks == 1, "it sleeps for ever");
		}
		break;
	case 4:
		give_back_some();
		break;
	case 5:
		look(&queues[0], true);
		source->poll();
		CHECK(queues[0].kicks <= !queues[0].is_awake, "%u kicks", queues[0].kicks);
		deliver();
		show_used(&queues[0]);
		CHECK(!interrupts(&queues[0], before[0]) || queues[0].next_used - before[0] > 60000, "an interrupt while it runs");
		break;
	case 6:
		while (source->poll())
			;
		CHECK(came == sent_to_guest, "%u of %u frames", came, sent_to_guest);
		if (random_below(2)) { /* a frame comes just before */
			deliver();
			show_used(&queues[0]);
			CHECK(!arms() || queues[0].next_used == before[0], "it halts while there is a frame");
		} else if (arms()) {
			before[0] = queues[0].next_used;
			deliver();
			show_used(&queues[0]);
			if (queues[0].next_used != before[0])
				CHECK(interrupts(&queues[0], before[0]), "nothing ends the halt");
		}
		CHECK(source->poll() || came == sent_to_guest, "poll found nothing");
		break;
	case 7:
		source->poll();
		break;
	}
}

/* All comes to rest: everything is delivered and everything comes back. */
static void settle(void)
{
	for (unsigned i = 0; i < 1000 && (came != sent_to_guest || sends_in_flight > 0); i++) {
		net_device_flush();
		fetch(&queues[1], false);
		finish_some();
		show_used(&queues[0]);
		show_used(&queues[1]);
		source->poll();
	}
	CHECK(came == sent_to_guest && sends_in_flight == 0, "%u of %u, %u in flight", came, sent_to_guest, sends_in_flight);
}

/* ---- Lies. */

enum lie {
	LIE_RECEIVE_RANGE,
	LIE_RECEIVE_TWICE,
	LIE_RECEIVE_HELD,
	LIE_RECEIVE_LONG,
	LIE_RECEIVE_SHORT,
	LIE_PIECE_LONG,
	LIE_PIECE_EMPTY,
	LIE_PIECES_MISSING,
	LIE_RECEIVE_JUMP,
	LIE_RECEIVE_BACK,
	LIE_SEND_RANGE,
	LIE_SEND_MIDDLE,
	LIE_SEND_TWICE,
	LIE_SEND_JUMP,
	LIE_SEND_BACK,
	LIES,
};
static const char *const lie_names[LIES] = {
	"receive-range", "receive-twice", "receive-held", "receive-long", "receive-short", "piece-long", "piece-empty", "pieces-missing",
	"receive-jump", "receive-back", "send-range", "send-middle", "send-twice", "send-jump", "send-back"};

/* Have frames on their way, none of them done with. */
static void need_sends(void)
{
	settle();
	for (unsigned i = 0; i < 3; i++)
		CHECK(send_one(), "no room");
	net_device_flush();
	fetch(&queues[1], false);
}

/* Tell this lie; false: it cannot be told to a driver that agreed on such features. */
static bool tell_lie(enum lie which)
{
	struct model_queue *in = &queues[0], *out = &queues[1];
	struct chain chain;
	settle();
	while (held_count > 0) {
		struct net_frame *frame = held[--held_count];
		frame->next = NULL;
		net_device_give_back(frame);
	}
	source->poll();
	fetch(in, true);
	bool is_piece = which == LIE_PIECE_LONG || which == LIE_PIECE_EMPTY || which == LIE_PIECES_MISSING;
	if (is_piece && !model_has(MERGED))
		return false;
	if (which >= LIE_SEND_RANGE)
		need_sends();
	is_storm = true;
	is_lie_told = true;
	switch (which) {
	case LIE_RECEIVE_RANGE:
		put_used(in, out_of_range(in->size), 100);
		break;
	case LIE_RECEIVE_TWICE:
	case LIE_RECEIVE_HELD:
		chain = take_chain(in, 0);
		memset((char *)chain.parts[0].address, 0, HEADER);
		((char *)chain.parts[0].address)[10] = 1;
		put_used(in, chain.head, 100);
		if (which == LIE_RECEIVE_HELD) {
			is_lie_told = false;
			show_used(in);
			source->poll();
			is_lie_told = true;
		}
		put_used(in, chain.head, 100);
		break;
	case LIE_RECEIVE_LONG:
	case LIE_RECEIVE_SHORT:
		chain = take_chain(in, 0);
		memset((char *)chain.parts[0].address, 0, HEADER);
		((char *)chain.parts[0].address)[10] = 1;
		put_used(in, chain.head,
			 which == LIE_RECEIVE_SHORT ? (uint32_t)random_below(HEADER)
						    : BUFFER + 1 + (uint32_t)random_below(random_below(2) ? 2 : UINT32_MAX - BUFFER - 1));
		break;
	case LIE_PIECE_LONG:
	case LIE_PIECE_EMPTY:
	case LIE_PIECES_MISSING:
		chain = take_chain(in, 0);
		memset((char *)chain.parts[0].address, 0, HEADER);
		((char *)chain.parts[0].address)[10] = which == LIE_PIECES_MISSING ? (char)(3 + random_below(100)) : 2;
		((char *)chain.parts[0].address)[11] = which == LIE_PIECES_MISSING ? (char)random_word() : 0;
		put_used(in, chain.head, BUFFER);
		chain = take_chain(in, 0);
		put_used(in, chain.head, which == LIE_PIECE_LONG ? BUFFER + 1 + (uint32_t)random_below(100) : which == LIE_PIECE_EMPTY ? 0 : 100);
		break;
	case LIE_RECEIVE_JUMP:
		in->next_used += in->held_count + 1 + (uint16_t)random_below(30000);
		break;
	case LIE_RECEIVE_BACK:
		in->next_used -= 1 + (uint16_t)random_below(1000);
		break;
	case LIE_SEND_RANGE:
		put_used(out, out_of_range(out->size), 0);
		break;
	case LIE_SEND_MIDDLE:
		put_used(out, out->held[random_below(3)].parts[0].next, 0);
		break;
	case LIE_SEND_TWICE:
		put_used(out, out->held[0].head, 0);
		put_used(out, out->held[0].head, 0);
		break;
	case LIE_SEND_JUMP:
		out->next_used += out->held_count + 1 + (uint16_t)random_below(30000);
		break;
	case LIE_SEND_BACK:
		out->next_used -= 1 + (uint16_t)random_below(1000);
		break;
	case LIES:
		break;
	}
	show_used(in);
	show_used(out);
	return true;
}

/* ---- Storms: all that is shared is written over, now and while the driver looks. */

static void storm(bool has_thread)
{
	pthread_t thread;
	is_storm = is_lie_told = true;
	lie = "storm";
	if (has_thread)
		CHECK(pthread_create(&thread, NULL, scribble, NULL) == 0, "no thread");
	for (unsigned i = 0; i < (has_thread ? 20000u : 20u); i++) {
		if (!has_thread)
			spoil(&queues[random_below(2)], random_below(2));
		source->poll();
		give_back_some();
		send_one();
		net_device_flush();
		source->arm();
	}
	is_storm_over = true;
	if (has_thread)
		pthread_join(thread, NULL);
}

/* ---- Rounds. */

/* A device that cannot be used is refused, without harm. */
static void bad_start(unsigned kind)
{
	switch (kind) {
	case 0:
		offered &= ~(UINT64_C(1) << VERSION_1);
		break;
	case 1:
		offered &= ~(UINT64_C(1) << MAC);
		break;
	case 2:
		never_resets = true;
		status = 1;
		break;
	case 3:
		never_agrees = true;
		break;
	case 4:
		has_no_bell = true;
		break;
	case 5:
		queue_most = (uint32_t)random_below(64);
		break;
	case 6:
		config_size = (uint32_t)random_below(6);
		break;
	case 7:
		offered |= UINT64_C(1) << MTU;
		set_config((uint16_t)random_below(68));
		break;
	case 8:
		offered |= UINT64_C(1) << MTU;
		config_size = 6 + (uint32_t)random_below(6);
		break;
	case 9:
		offered = (offered | UINT64_C(1) << MTU) & ~(UINT64_C(1) << MERGED);
		set_config((uint16_t)(2048 - 12 - 14 + 1 + random_below(60000)));
		break;
	}
	CHECK(!net_device_start(&user, &told), "bad start %u was taken", kind);
	CHECK(kind == 2 || status & 128, "it was not told so");
	CHECK(!source, "it is looked at all the same");
}

static void good_start(void)
{
	uint16_t mtu = 1400 + (uint16_t)random_below(100);
	set_config(mtu);
	queue_most = random_below(2) ? SIZE_MOST : 64;
	CHECK(net_device_start(&user, &told), "a good start was refused: %s", written);
	CHECK(!memcmp(told.address, config, 6) && told.mtu == (model_has(MTU) ? mtu : 1500) && told.is_up, "what it told");
	CHECK((accepted & ~offered) == 0 && model_has(VERSION_1), "features %llx", (unsigned long long)accepted);
	CHECK(!(model_has(GUEST_TSO4) && !(model_has(GUEST_CHECKSUM) && model_has(MERGED))), "segments need more than that");
	CHECK(!(model_has(HOST_TSO4) && !model_has(CHECKSUM)), "segments need checksums");
	CHECK((told.abilities & ~user.abilities) == 0, "abilities %x", told.abilities);
	CHECK(status == 15 && source, "status %u", status);
}

/* Runs in a process of its own. */
static void run_round(unsigned number)
{
	enum { BAD_STARTS = 10, STORMS = 6, HONEST = 8, KINDS = LIES + BAD_STARTS + STORMS + HONEST };
	unsigned kind = number % KINDS;
	offered = random_features();
	user.abilities = (uint32_t)random_below(16);
	set_config(1500);
	if (kind < BAD_STARTS) {
		bad_start(kind);
		return;
	}
	kind -= BAD_STARTS;
	if (kind < LIES && kind >= LIE_PIECE_LONG && kind <= LIE_PIECES_MISSING)
		offered |= UINT64_C(1) << MERGED;
	good_start();
	for (size_t i = kind < LIES ? random_below(200) : 2000; i > 0; i--)
		step();
	if (kind < LIES) {
		lie = lie_names[kind];
		CHECK(tell_lie(kind), "%s cannot be told", lie);
		source->poll();
		CHECK(false, "%s was believed", lie);
	} else if (kind < LIES + STORMS) {
		storm(kind % 2 && number % 3 == 0);
	} else {
		settle();
		CHECK(came > 100 && sends_done > 100, "%u came, %u went", came, sends_done);
	}
}

int main(int argc, char **argv)
{
	return run_rounds(argc, argv, run_round);
}
