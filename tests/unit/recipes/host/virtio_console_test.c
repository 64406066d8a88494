/*
 * The console's driver against the model of a device (virtio_model.h), which is right, slow, or lies in one of many ways, or writes
 * whatever it likes into the memory that both share.
 *
 * A right device must be served: all that is written and typed comes through, in order, and a halt ends when something is typed. A lie must
 * end the guest before anything is done with it, and be told at the port. Nobody waits for ever for a device that takes nothing.
 *
 *     virtio_console_test SEED ROUNDS
 */

#include "virtio_bed.h"

#include "console_device.h"

void virtio_console_start(void);

/* As the driver of the port asks. */
static bool device_write(const void *bytes, size_t length)
{
	if (!console_device)
		return false;
	console_device->write(bytes, length);
	return true;
}

static bool device_read(void *bytes, size_t size, size_t *count)
{
	if (!console_device)
		return false;
	*count = console_device->read(bytes, size);
	return true;
}

enum { IN, OUT };
enum { BUFFER = 64, END_OF_TRANSMISSION = 4, STREAM = 1 << 18, WRITE_MOST = 3000 };

#define PATIENCE UINT64_C(2000000000)

static char shown[STREAM], given[STREAM], typed[STREAM]; /* what the device has, what it was to have, what somebody types */
static size_t shown_size, given_size, typed_size, typed_sent, typed_read;

/* What the device does while the driver waits. */
static enum { SERVES, IS_STUCK, LIES_OUT, IS_WILD } manner;
static unsigned wild_waits;
static uint64_t now;

struct device_run device_memory_run(const void *start, size_t size)
{
	return (struct device_run){(uintptr_t)start, size};
}

/* ---- What the model does. */

/* Show what was written; its length in the used ring means nothing. */
static void show_all(void)
{
	while (queues[OUT].held_count > 0) {
		struct chain chain = take_chain(&queues[OUT], 0);
		for (unsigned i = 0; i < chain.count; i++) {
			CHECK(shown_size + chain.parts[i].size <= STREAM, "too much is shown");
			memcpy(shown + shown_size, (void *)chain.parts[i].address, chain.parts[i].size);
			shown_size += chain.parts[i].size;
		}
		put_used(&queues[OUT], chain.head, (uint32_t)random_word());
	}
	show_used(&queues[OUT]);
}

static void tell_lie_out(void);

/* A device that sleeps and was not kicked does nothing. */
static void serve(void)
{
	static unsigned sleeps;
	struct model_queue *out = &queues[OUT];
	if (!out->is_awake && out->kicks == 0) {
		CHECK(out->next_available == out->available[1] || ++sleeps < 4, "it sleeps for ever");
		return;
	}
	sleeps = 0;
	if (model_has(EVENT) && out->is_awake && random_below(4) == 0) {
		set_awake(out, false); /* without having seen what is there, as it may where a fence is none */
		out->kicks = 0;
		return;
	}
	if (random_below(2))
		return;
	look(out, false);
	show_all();
}

uint64_t clock_monotonic(void)
{
	now += 1000000;
	switch (manner) {
	case SERVES:
		serve();
		break;
	case IS_STUCK:
		break;
	case LIES_OUT:
		tell_lie_out();
		break;
	case IS_WILD:
		for (unsigned i = 0; i < 2; i++)
			spoil(&queues[i], random_below(2));
		break;
	}
	return now;
}

/* Put some of what is typed into a buffer, or nothing. False: the device has none. */
static bool deliver(void)
{
	struct model_queue *in = &queues[IN];
	fetch(in, true);
	if (in->held_count == 0)
		return false;
	struct chain chain = take_chain(in, (unsigned)random_below(in->held_count));
	CHECK(chain.count == 1 && chain.parts[0].size == BUFFER, "a buffer of %u bytes", chain.parts[0].size);
	size_t size = random_below(BUFFER + 1);
	if (size > typed_size - typed_sent)
		size = typed_size - typed_sent;
	memcpy((void *)chain.parts[0].address, typed + typed_sent, size);
	typed_sent += size;
	put_used(in, chain.head, (uint32_t)size);
	return true;
}

/* ---- The program. */

static void write_some(void)
{
	size_t size = random_below(random_below(4) ? 40 : WRITE_MOST);
	if (given_size + size > STREAM)
		return;
	fill(given + given_size, size + sizeof(uint64_t) > STREAM - given_size ? 0 : size);
	CHECK(device_write(given + given_size, size), "the device is not there");
	given_size += size;
	CHECK(shown_size == given_size, "%zu of %zu bytes are shown", shown_size, given_size);
	CHECK(queues[OUT].held_count == 0, "the device has bytes of the driver's still");
}

static void read_some(void)
{
	char bytes[200];
	size_t count = 0, most = 1 + random_below(sizeof(bytes));
	CHECK(device_read(bytes, most, &count), "the device is not there");
	CHECK(count > 0 && count <= most && typed_read + count <= typed_sent, "%zu bytes were read", count);
	CHECK(!memcmp(bytes, typed + typed_read, count), "they are others");
	typed_read += count;
}

static void (*lie_of_wait)(void); /* that is told just before a halt */

/* The only thread waits: the driver is asked to arm, and polled if it wants that, or if an interrupt comes, or the time. */
enum wait_result wait_on(struct wait_queue *queue, uint64_t deadline)
{
	CHECK(source && deadline == WAIT_FOREVER && !queue->first, "a wait for nothing");
	queue->first = queue->last = (struct thread *)queue;
	for (unsigned i = 0; queue->first; i++) {
		if (lie_of_wait)
			lie_of_wait();
		bool halts = source->arm();
		if (manner == IS_WILD) {
			if (++wild_waits > 40)
				_exit(0);
			clock_monotonic();
		} else {
			uint16_t before = queues[IN].next_used;
			CHECK(!halts || typed_read == typed_sent, "it halts while something is there");
			deliver();
			show_used(&queues[IN]);
			if (halts && queues[IN].next_used != before)
				CHECK(interrupts(&queues[IN], before), "nothing ends the halt");
		}
		source->poll();
		CHECK(i < 10000, "nobody wakes who reads");
	}
	return WAIT_WOKEN;
}

void wait_wake(struct wait_queue *queue, unsigned most)
{
	CHECK(most > 0, "nobody is woken");
	*queue = (struct wait_queue){NULL, NULL};
}

static void type(size_t size)
{
	typed_size = size;
	fill(typed, size);
	for (size_t i = 0; i < size; i++)
		if (typed[i] == END_OF_TRANSMISSION)
			typed[i] = 'x';
}

static void talk(unsigned turns)
{
	for (unsigned i = 0; i < turns; i++) {
		if (random_below(2))
			write_some();
		else if (typed_read < typed_size)
			read_some();
		else
			type(typed_size);
		uint16_t before = queues[IN].next_used;
		if (random_below(3) == 0 && deliver()) {
			show_used(&queues[IN]);
			CHECK(!source || !interrupts(&queues[IN], before) || queues[IN].next_used - before > 60000, "an interrupt while it runs");
		}
	}
	CHECK(!memcmp(shown, given, given_size), "something else is shown");
}

/* The end of what is typed is one byte, and holds for ever. */
static void end_input(void)
{
	char byte;
	size_t count = 1;
	while (typed_read < typed_size)
		read_some();
	typed[typed_size++] = END_OF_TRANSMISSION;
	typed[typed_size++] = 'x';
	for (unsigned i = 0; i < 2; i++)
		CHECK(device_read(&byte, 1, &count) && count == 0, "it has not ended");
}

/* Nobody waits for ever, and what comes once it moves again is in order: a beginning of each text. */
static void be_stuck(void)
{
	static const char first[] = "first", second[] = "second", third[] = "third";
	uint64_t start = now;
	manner = IS_STUCK;
	CHECK(device_write(first, 5) && now - start >= PATIENCE && now - start < 2 * PATIENCE, "%llu", (unsigned long long)(now - start));
	start = now;
	CHECK(device_write(second, 6) && now - start < PATIENCE / 10, "each write waits as long again");
	manner = SERVES;
	fetch(&queues[OUT], false);
	show_all();
	shown_size = given_size;
	CHECK(!memcmp(shown + shown_size, first, 5), "the first is not shown");
	CHECK(device_write(third, 5) && shown_size == given_size + 5 && !memcmp(shown + given_size, third, 5), "it does not go on");
}

/* ---- Lies. */

enum lie {
	LIE_IN_RANGE,
	LIE_IN_LONG,
	LIE_IN_JUMP,
	LIE_IN_BACK,
	LIE_OUT_RANGE,
	LIE_OUT_TWICE,
	LIE_OUT_JUMP,
	LIE_OUT_BACK,
	LIES,
};
static const char *const lie_names[LIES] = {
	"in-range", "in-long", "in-jump", "in-back", "out-range", "out-twice", "out-jump", "out-back"};
static enum lie lie_out;

static void tell_lie_out(void)
{
	struct model_queue *out = &queues[OUT];
	fetch(out, false);
	if (out->held_count == 0)
		return; /* nothing is written yet */
	switch (lie_out) {
	case LIE_OUT_RANGE:
		put_used(out, out_of_range(out->size), 0);
		break;
	case LIE_OUT_TWICE:
		put_used(out, out->held[0].head, 0);
		put_used(out, out->held[0].head, 0);
		break;
	case LIE_OUT_JUMP:
		out->next_used += 2 + (uint16_t)random_below(30000);
		break;
	default:
		out->next_used -= 1 + (uint16_t)random_below(1000);
		break;
	}
	show_used(out);
}

static void tell_lie_in(enum lie which)
{
	struct model_queue *in = &queues[IN];
	struct chain chain;
	fetch(in, true);
	while (in->held_count == 0) {
		read_some();
		fetch(in, true);
	}
	switch (which) {
	case LIE_IN_RANGE:
		put_used(in, out_of_range(in->size), 10);
		break;
	case LIE_IN_LONG:
		chain = take_chain(in, 0);
		put_used(in, chain.head, BUFFER + 1 + (uint32_t)random_below(random_below(2) ? 2 : UINT32_MAX - BUFFER - 1));
		break;
	case LIE_IN_JUMP:
		in->next_used += in->held_count + 1 + (uint16_t)random_below(30000);
		break;
	default:
		in->next_used -= 1 + (uint16_t)random_below(1000);
		break;
	}
	show_used(in);
}

static void jump_in(void)
{
	tell_lie_in(LIE_IN_JUMP);
}

static void believe(enum lie which)
{
	char bytes[4 * BUFFER];
	size_t count;
	lie = lie_names[which];
	is_lie_told = true;
	if (which >= LIE_OUT_RANGE) {
		manner = LIES_OUT;
		lie_out = which;
		device_write("text", 4);
	} else {
		if (which == LIE_IN_JUMP && random_below(2))
			lie_of_wait = jump_in;
		else
			tell_lie_in(which);
		for (unsigned i = 0; i < 8; i++) /* what came before it, then it */
			device_read(bytes, sizeof(bytes), &count);
	}
	CHECK(false, "%s was believed", lie);
}

/* What is told of the device itself goes to the port. */
static void told_at_the_port(void)
{
	CHECK(!device_write("x", 1), "%s: it is told to the device", lie);
}

static void storm(bool has_thread)
{
	char bytes[100];
	size_t count;
	pthread_t thread;
	is_lie_told = true;
	lie = "storm";
	manner = IS_WILD;
	if (has_thread)
		CHECK(pthread_create(&thread, NULL, scribble, NULL) == 0, "no thread");
	for (unsigned i = 0; i < 40; i++) {
		device_write("some text", 9);
		device_read(bytes, sizeof(bytes), &count);
		CHECK(count <= sizeof(bytes), "%zu bytes", count);
	}
	is_storm_over = true;
	if (has_thread)
		pthread_join(thread, NULL);
}

/* ---- Rounds. */

/* A device that cannot be used is refused, without harm, and the port stays the console. */
static void bad_start(unsigned kind)
{
	char byte;
	size_t count;
	switch (kind) {
	case 0:
		offered &= ~(UINT64_C(1) << VERSION_1);
		break;
	case 1:
		never_resets = true;
		status = 1;
		break;
	case 2:
		never_agrees = true;
		break;
	case 3:
		has_no_bell = true;
		break;
	case 4:
		missing = IN;
		break;
	case 5:
		missing = OUT;
		break;
	}
	virtio_console_start();
	CHECK(kind == 1 || status & 128, "it was not told so");
	CHECK(!device_write("x", 1) && !device_read(&byte, 1, &count), "bad start %u was taken", kind);
	CHECK(strstr(written, "it stays at the port\n"), "told as: %s", written);
}

static void good_start(void)
{
	offered = UINT64_C(1) << VERSION_1 | (uint64_t)random_below(2) << EVENT | (random_word() & 7);
	queue_most = 1u << random_below(8);
	virtio_console_start();
	CHECK(written_length == 0 && status == 15, "a good start was refused: %s", written);
	CHECK((accepted & 7) == 0 && model_has(VERSION_1), "features %llx", (unsigned long long)accepted);
}

static void run_round(unsigned number)
{
	enum { BAD_STARTS = 6, STORMS = 3, HONEST = 6, KINDS = LIES + BAD_STARTS + STORMS + HONEST };
	unsigned kind = number % KINDS;
	offered = UINT64_C(1) << VERSION_1;
	if (kind < BAD_STARTS) {
		bad_start(kind);
		return;
	}
	kind -= BAD_STARTS;
	good_start();
	type(20000);
	talk(kind < LIES ? (unsigned)random_below(100) : 600);
	if (kind < LIES) {
		before_end = told_at_the_port;
		believe(kind);
	} else if (kind < LIES + STORMS) {
		storm(kind % 2);
	} else {
		CHECK(typed_read > 1000 && given_size > 1000, "%zu typed, %zu shown", typed_read, given_size);
		be_stuck();
		end_input();
	}
}

int main(int argc, char **argv)
{
	model_kind = VIRTIO_CONSOLE;
	config_size = 12;
	return run_rounds(argc, argv, run_round);
}
