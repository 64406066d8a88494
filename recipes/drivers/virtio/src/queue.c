/*
 * Split queues (virtio 1.2, section 2.7), with or without the event index. Device and processor each have a ring of their own to write,
 * and an index that says how far it is filled: it is written last (release) and read first (acquire).
 *
 * Whether the other side wants to hear of it is asked only after that, with a fence in between, as the other side writes what it wants
 * and then looks at the index again: so at least one of the two sees the other.
 */

#include "virtio.h"

#include "device_memory.h"
#include "pages.h"
#include "report.h"

enum { QUIET_MOST = 32767 }; /* of the numbers of 16 bits that wrap */
enum { FLAG_SILENT = 1 };    /* in either ring: the other side need not interrupt or kick */
enum { FLAGS, INDEX, RING }; /* words of either ring */
enum { USED_WORDS = 4 };     /* of an entry of the used ring: two numbers of 32 bits */

static uint16_t load(const uint16_t *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static void store(uint16_t *word, uint16_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELAXED);
}

static void fence(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static uint16_t *interrupt_event(const struct virtio_queue *queue)
{
	return queue->available + RING + queue->size;
}

static const uint16_t *kick_event(const struct virtio_queue *queue)
{
	return queue->used + RING + USED_WORDS * queue->size;
}

/* Memory that a device sees in one piece, all zero. */
static char *take_zeros(size_t size)
{
	size_t count = (size + PAGE_BYTES - 1) / PAGE_BYTES;
	char *bytes = pages_take(count);
	if (!bytes)
		return NULL;
	if (device_memory_run(bytes, size).size < size) {
		pages_give(bytes, count);
		return NULL;
	}
	return __builtin_memset(bytes, 0, size);
}

bool virtio_queue_start(
	struct virtio_queue *queue, struct virtio_device *device, uint16_t number, uint16_t size, uint16_t least, uint32_t *room)
{
	uint32_t most = device->bus->queue_most(device, number);
	while (size > most)
		size /= 2;
	if (size < least)
		return false;
	size_t used_at = (sizeof(struct virtio_descriptor) + sizeof(uint16_t)) * size + (RING + 1) * sizeof(uint16_t);
	used_at = (used_at + 3) & ~(size_t)3;
	char *memory = take_zeros(used_at + (RING + USED_WORDS * (size_t)size + 1) * sizeof(uint16_t));
	if (!memory)
		return false;
	*queue = (struct virtio_queue){
		.descriptors = (struct virtio_descriptor *)memory,
		.device = device,
		.available = (uint16_t *)(memory + sizeof(struct virtio_descriptor) * size),
		.used = (uint16_t *)(memory + used_at),
		.room = room,
		.number = number,
		.size = size,
		.has_event_index = device->features & VIRTIO_FEATURE(VIRTIO_EVENT_INDEX),
	};
	virtio_queue_disarm(queue);
	uint64_t start = device_memory_run(memory, 1).address;
	struct virtio_rings rings = {
		.descriptors = start,
		.available = start + sizeof(struct virtio_descriptor) * size,
		.used = start + used_at,
	};
	fence();
	queue->bell = device->bus->queue_start(device, number, size, &rings);
	return queue->bell;
}

void virtio_queue_offer(struct virtio_queue *queue, uint16_t head, uint32_t room)
{
	queue->room[head] = room + 1;
	queue->has++;
	store(&queue->available[RING + queue->offered++ % queue->size], head);
}

/*
 * Whether the device wants to hear of one of the `fresh` chains. By the event index that is asked of all chains since the last kick, again and again: in TCG
 * of QEMU up to 7.2 the fence of a guest with one processor is none for the threads of devices, so that each side may miss the other, and
 * the device would wait for ever.
 */
static bool is_kick_wanted(const struct virtio_queue *queue, uint16_t fresh)
{
	if (queue->has_event_index)
		return (uint16_t)(queue->offered - load(kick_event(queue)) - 1) < queue->quiet;
	return fresh > 0 && !(load(&queue->used[FLAGS]) & FLAG_SILENT);
}

void virtio_queue_publish(struct virtio_queue *queue)
{
	uint16_t fresh = (uint16_t)(queue->offered - queue->told);
	if (fresh > 0) {
		__atomic_store_n(&queue->available[INDEX], queue->offered, __ATOMIC_RELEASE);
		queue->told = queue->offered;
		queue->quiet = queue->quiet < QUIET_MOST - fresh ? (uint16_t)(queue->quiet + fresh) : QUIET_MOST;
		fence();
	}
	if (is_kick_wanted(queue, fresh)) {
		queue->quiet = 0;
		queue->device->bus->kick(queue->bell, queue->number);
	}
}

/* How many chains have been used that were not taken yet. */
static uint16_t look(struct virtio_queue *queue)
{
	uint16_t seen = __atomic_load_n(&queue->used[INDEX], __ATOMIC_ACQUIRE);
	uint16_t count = (uint16_t)(seen - queue->taken);
	/* It cannot go back, nor be done with what it was not told of. */
	if (count < (uint16_t)(queue->seen - queue->taken) || count > queue->has - (uint16_t)(queue->offered - queue->told))
		virtio_lie("its used ring jumps to " REPORT_DECIMAL, seen);
	queue->seen = seen;
	return count;
}

bool virtio_queue_take(struct virtio_queue *queue, uint16_t *head, uint32_t *size)
{
	if (queue->seen == queue->taken && look(queue) == 0)
		return false;
	const uint32_t *entry = (const uint32_t *)(queue->used + RING) + 2 * (queue->taken % queue->size);
	uint32_t id = __atomic_load_n(entry, __ATOMIC_RELAXED), written = __atomic_load_n(entry + 1, __ATOMIC_RELAXED);
	if (id >= queue->size || queue->room[id] == 0)
		virtio_lie("it is done with buffer " REPORT_DECIMAL ", which it does not have", id);
	if (written >= queue->room[id])
		virtio_lie("it wrote " REPORT_DECIMAL " bytes, more than there was room for", written);
	queue->room[id] = 0;
	queue->has--;
	queue->taken++;
	*head = (uint16_t)id;
	*size = written;
	return true;
}

bool virtio_queue_arm(struct virtio_queue *queue, uint16_t behind)
{
	if (queue->has_event_index)
		store(interrupt_event(queue), (uint16_t)(queue->taken + behind));
	else
		store(&queue->available[FLAGS], 0);
	fence();
	return look(queue) <= behind;
}

void virtio_queue_disarm(struct virtio_queue *queue)
{
	if (queue->has_event_index)
		store(interrupt_event(queue), (uint16_t)(queue->taken - 1)); /* comes again after 65,536 chains, or not at all */
	else
		store(&queue->available[FLAGS], FLAG_SILENT);
}
