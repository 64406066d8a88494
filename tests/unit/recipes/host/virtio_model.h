#ifndef VIRTIO_MODEL_H
#define VIRTIO_MODEL_H

/*
 * A model of a device of virtio and of its side of two queues, the first of which brings and the second takes: a right one, unless a test makes
 * it lie. A test program has one; its source includes this, and says what device it is.
 */

#include <stdbool.h>

#include "device_memory.h"
#include "host.h"
#include "virtio.h"

enum { SIZE_MOST = 1024, CHAIN_MOST = 128 };

struct chain {
	uint16_t head, count;
	struct virtio_descriptor parts[CHAIN_MOST];
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
static bool never_resets, never_agrees, has_no_bell;
static uint8_t bell;
static uint8_t *config_shown; /* as the driver sees it */

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

bool virtio_find(struct virtio_device *device, enum virtio_kind kind)
{
	static uint8_t registers[1];
	CHECK(kind == model_kind, "kind %u", kind);
	/* On the heap and just as long as it says, so that reading on is seen. */
	uint8_t *copy = malloc(config_size ? config_size : 1);
	config_shown = memcpy(copy, config, config_size);
	*device = (struct virtio_device){
		.bus = &model, .registers = registers, .config = copy, .config_size = config_size, .interrupt = VIRTIO_LINE};
	return true;
}

/* ---- Queues. */

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
			CHECK(id < queue->size && chain->count < CHAIN_MOST, "descriptor %u", id);
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
static inline bool interrupts(struct model_queue *queue, uint16_t before)
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

#endif
