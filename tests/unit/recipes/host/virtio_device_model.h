#ifndef VIRTIO_DEVICE_MODEL_H
#define VIRTIO_DEVICE_MODEL_H

/*
 * A model of a device of virtio with two queues, the first of which brings and the second takes: what a test of a driver stands on. It says
 * what is in the buffers, tells lies, and has `device_memory_run` and `clock_monotonic`.
 */

#include "host.h"

#include <pthread.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device_memory.h"
#include "machine.h"
#include "pages.h"
#include "virtio.h"
#include "wait.h"

enum { SIZE_MOST = 1024 };
enum { MARK_HELD = 3 }; /* exit status of a round that ended with a line */

/* Random bytes. */
static void fill(void *bytes, size_t size)
{
	for (size_t at = 0; at < size; at += sizeof(uint64_t)) {
		uint64_t word = random_word();
		memcpy((char *)bytes + at, &word, size - at < sizeof(word) ? size - at : sizeof(word));
	}
}

/* ---- Its registers. */

struct chain {
	uint16_t head, count;
	struct virtio_descriptor parts[SIZE_MOST];
};

static struct model_queue {
	uint16_t size, next_available, next_used;
	struct virtio_descriptor *descriptors;
	uint16_t *available, *used;
	struct chain *held; /* in the device's hands */
	unsigned held_count, kicks;
	bool is_awake; /* it looks at the ring by itself and wants no kick */
} queues[2];

static enum virtio_kind model_kind;
static uint64_t offered;
static uint64_t accepted;
static uint8_t status;
static uint8_t config[64];
static uint32_t config_size;
static uint32_t queue_most = SIZE_MOST;
static uint16_t missing = UINT16_MAX; /* the queue of that number is not there */
static bool never_resets, never_agrees, has_no_bell, is_lie_told;
static const char *lie = "none";
static struct wait_source *source;
static uint8_t bell;

static bool model_has(unsigned bit)
{
	return accepted >> bit & 1;
}

enum { EVENT = 29, VERSION_1 = 32 };

static bool model_connect(struct virtio_device *device)
{
	(void)device;
	return true;
}

static uint8_t model_status(const struct virtio_device *device)
{
	(void)device;
	return status;
}

static void model_set_status(const struct virtio_device *device, uint8_t value)
{
	(void)device;
	if (value != 0 || !never_resets)
		status = value;
	if (never_agrees)
		status &= (uint8_t)~8;
}

static uint32_t model_offered(const struct virtio_device *device, unsigned half)
{
	(void)device;
	return (uint32_t)(offered >> 32 * half);
}

static void model_accept(const struct virtio_device *device, unsigned half, uint32_t features)
{
	(void)device;
	accepted |= (uint64_t)features << 32 * half;
}

static uint32_t model_queue_most(const struct virtio_device *device, uint16_t queue)
{
	(void)device;
	CHECK(queue < 2, "queue %u", queue);
	return queue == missing ? 0 : queue_most;
}

static uint16_t *event_of(struct model_queue *queue)
{
	return &queue->used[2 + 4 * queue->size];
}

/* The device goes to sleep, or stays awake, before it looks whether there is more. */
static void set_awake(struct model_queue *queue, bool is_awake)
{
	queue->is_awake = is_awake;
	if (model_has(EVENT))
		*event_of(queue) = (uint16_t)(queue->next_available - (is_awake ? 32768 : 0)); /* long gone, or the next one */
	else
		queue->used[0] = is_awake;
}

static volatile void *model_queue_start(
	const struct virtio_device *device, uint16_t number, uint16_t size, const struct virtio_rings *rings)
{
	struct model_queue *queue = &queues[number];
	(void)device;
	CHECK(size > 0 && size <= queue_most && (size & (size - 1)) == 0, "size %u", size);
	CHECK(rings->descriptors % 16 == 0 && rings->available % 2 == 0 && rings->used % 4 == 0, "alignment");
	*queue = (struct model_queue){
		.size = size,
		.descriptors = (void *)rings->descriptors,
		.available = (void *)rings->available,
		.used = (void *)rings->used,
		.held = calloc(size, sizeof(struct chain)),
	};
	set_awake(queue, false);
	return has_no_bell ? NULL : &bell;
}

static void model_kick(volatile void *where, uint16_t number)
{
	CHECK(where == &bell && number < 2, "kicked at %u", number);
	CHECK(status & 4, "a kick before DRIVER_OK");
	queues[number].kicks++;
}

static uint32_t model_acknowledge(const struct virtio_device *device)
{
	(void)device;
	return VIRTIO_CAUSE_QUEUE | VIRTIO_CAUSE_CONFIG;
}

static const struct virtio_bus model = {
	.connect = model_connect,
	.status = model_status,
	.set_status = model_set_status,
	.offered = model_offered,
	.accept = model_accept,
	.queue_most = model_queue_most,
	.queue_start = model_queue_start,
	.kick = model_kick,
	.acknowledge = model_acknowledge,
};

/* ---- What drivers stand on. */

static char *pool; /* the last pages that were taken */
static size_t pool_size;

bool virtio_find(struct virtio_device *device, enum virtio_kind kind)
{
	static uint8_t registers[1];
	CHECK(kind == model_kind, "kind %u", kind);
	/* On the heap and just as long as it says, so that reading on is seen. */
	uint8_t *copy = malloc(config_size ? config_size : 1);
	memcpy(copy, config, config_size);
	*device = (struct virtio_device){
		.bus = &model, .registers = registers, .config = copy, .config_size = config_size, .interrupt = VIRTIO_LINE};
	return true;
}

void *pages_take(size_t count)
{
	pool_size = count * PAGE_BYTES;
	pool = aligned_alloc(PAGE_BYTES, pool_size);
	memset(pool, 0xa5, pool_size);
	return pool;
}

void pages_give(void *start, size_t count)
{
	(void)count;
	free(start);
}

void wait_source_add(struct wait_source *added)
{
	source = added;
}

static void (*before_end)(void); /* what else is to be looked at when a lie ends the guest */

_Noreturn void machine_end(enum ending how, uint8_t number)
{
	static const char line[] = "virtio: the device cannot be trusted: ";
	CHECK(how == ENDING_ABORT && number == 0, "ended otherwise");
	CHECK(is_lie_told, "a right device was not believed: %s", written);
	CHECK(!strncmp(written, line, strlen(line)) && written[written_length - 1] == '\n', "told as: %s", written);
	if (strstr(lie, "-jump") || strstr(lie, "-back"))
		CHECK(strstr(written, "jumps"), "%s told as: %s", lie, written);
	if (before_end)
		before_end();
	_exit(MARK_HELD);
}

/* ---- Its queues. */

/* Read what the driver has made available since; afterwards what was read is spoilt, where the driver must not need it. */
static void fetch(struct model_queue *queue, bool is_for_device)
{
	uint16_t filled = __atomic_load_n(&queue->available[1], __ATOMIC_ACQUIRE);
	while (queue->next_available != filled) {
		uint16_t *entry = &queue->available[2 + queue->next_available++ % queue->size];
		CHECK(queue->held_count < queue->size, "more chains than descriptors");
		struct chain *chain = &queue->held[queue->held_count++];
		chain->head = *entry;
		chain->count = 0;
		for (uint16_t id = *entry;;) {
			CHECK(id < queue->size && chain->count < queue->size, "descriptor %u", id);
			struct virtio_descriptor part = queue->descriptors[id];
			CHECK(part.size > 0 && !!(part.flags & VIRTIO_WRITE) == is_for_device, "flags %u", part.flags);
			chain->parts[chain->count++] = part;
			if (!is_for_device)
				memset(&queue->descriptors[id], (int)random_word(), sizeof(part));
			if (!(part.flags & VIRTIO_NEXT))
				break;
			id = part.next;
		}
		*entry = (uint16_t)random_word();
	}
}

/* Put an entry into the used ring, which nobody sees yet. */
static void put_used(struct model_queue *queue, uint32_t id, uint32_t length)
{
	uint32_t *entry = (uint32_t *)(queue->used + 2) + 2 * (queue->next_used++ % queue->size);
	entry[0] = id;
	entry[1] = length;
}

static void show_used(struct model_queue *queue)
{
	__atomic_store_n(&queue->used[1], queue->next_used, __ATOMIC_RELEASE);
}

/* Whether showing the used entries from `before` on has to interrupt (virtio 1.2, 2.7.7.2 and 2.7.10). */
static bool interrupts(struct model_queue *queue, uint16_t before)
{
	uint16_t event = queue->available[2 + queue->size];
	if (!model_has(EVENT))
		return !(queue->available[0] & 1);
	return (uint16_t)(queue->next_used - event - 1) < (uint16_t)(queue->next_used - before);
}

static struct chain take_chain(struct model_queue *queue, unsigned which)
{
	struct chain chain = queue->held[which];
	memmove(&queue->held[which], &queue->held[which + 1], (--queue->held_count - which) * sizeof(chain));
	return chain;
}

/* The model looks at the queue, and sleeps or stays awake afterwards. */
static void look(struct model_queue *queue, bool is_for_device)
{
	fetch(queue, is_for_device);
	set_awake(queue, random_below(2));
	queue->kicks = 0;
}

/* ---- Lies and storms. */

/* A number that no buffer has. */
static uint32_t out_of_range(uint32_t size)
{
	switch (random_below(4)) {
	case 0:
		return size;
	case 1:
		return UINT32_MAX;
	case 2:
		return 65536 + (uint32_t)random_below(size); /* in range, if cut to 16 bits */
	default:
		return size + (uint32_t)random_below(1 << 30);
	}
}

/* All that is shared is written over, now and while the driver looks. */

static volatile bool is_storm_over;

static void spoil(struct model_queue *queue, bool is_gentle)
{
	size_t size = 16u * queue->size + 2 * (queue->size + 3u);
	if (!is_gentle && random_below(2))
		fill(queue->descriptors, size);
	for (size_t i = 0; i < 4u * queue->size; i++)
		queue->used[2 + i] = (uint16_t)(is_gentle || random_below(8) ? random_below(i % 2 ? 1 : i % 4 == 0 ? queue->size : 3000) : random_word());
	queue->used[1] = (uint16_t)(is_gentle ? queue->used[1] + random_below(3) : random_word());
}

static void *scribble(void *unused)
{
	uint64_t word = random_state | 1;
	while (!is_storm_over)
		for (unsigned i = 0; i < 2; i++) {
			struct model_queue *queue = &queues[i];
			word = word * 6364136223846793005u + 1442695040888963407u;
			uint32_t *entry = (uint32_t *)(queue->used + 2) + (word >> 40) % (2u * queue->size);
			__atomic_store_n(entry, (uint32_t)(word >> 32) % (word >> 20 & 1 ? queue->size : UINT32_MAX), __ATOMIC_RELAXED);
			if ((word >> 24 & 0xff) == 0)
				__atomic_fetch_add(&queue->used[1], 1, __ATOMIC_RELAXED);
		}
	return unused;
}

/* ---- Rounds. */

/* Run rounds, each in a process of its own that is begun by a seed, and tell how many a lie has ended. */
static int run_rounds(int argc, char **argv, void (*run_round)(unsigned number))
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	unsigned rounds = argc > 2 ? (unsigned)atoi(argv[2]) : 39;
	unsigned ended = 0;
	for (unsigned i = 0; i < rounds; i++) {
		pid_t child = fork();
		if (child == 0) {
			random_state = (seed + 1) * 0x9e3779b97f4a7c15 + i * 0xbf58476d1ce4e5b9;
			run_round(i);
			_exit(0);
		}
		int end;
		CHECK(waitpid(child, &end, 0) == child, "no child");
		CHECK(WIFEXITED(end) && (WEXITSTATUS(end) == 0 || WEXITSTATUS(end) == MARK_HELD), "seed %llu, round %u", (unsigned long long)seed, i);
		ended += WEXITSTATUS(end) == MARK_HELD;
	}
	printf("intact, %u rounds of seed %llu, %u ended by a lie\n", rounds, (unsigned long long)seed, ended);
	return 0;
}

#endif
