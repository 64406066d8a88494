#ifndef VIRTIO_H
#define VIRTIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "virtio_bus.h"

/*
 * The capability `virtio`: a device that has been agreed with, and its queues (virtio 1.2, sections 2.7 and 3.1).
 *
 * A device is not believed. What it writes is read once, into a variable, and checked before it is used; nothing that the processor
 * needs to know is kept where the device can write. A device that says what cannot be ends the guest: with one line, as an abort.
 * Context of all: thread, and init calls of level `network` on. No call waits but virtio_open, for a bounded time.
 */

#define VIRTIO_FEATURE(bit) (UINT64_C(1) << (bit))

/* Features that virtio_agree asks for by itself, numbers of bits. */
enum { VIRTIO_EVENT_INDEX = 29, VIRTIO_VERSION_1 = 32 };

/* Find the first device of that kind; no register of it has been written. Of virtio_open. */
bool virtio_find(struct virtio_device *device, enum virtio_kind kind);

/* Find the first device of that kind and reset it; device->features has what it offers. False: there is none. */
bool virtio_open(struct virtio_device *device, enum virtio_kind kind);

/*
 * Agree on what it offers of the features `wanted`, which device->features then has. False: it insists on something that nobody here can
 * do; then it was refused. Next come its queues, then virtio_ready.
 */
bool virtio_agree(struct virtio_device *device, uint64_t wanted);

/* Let the device work. */
void virtio_ready(const struct virtio_device *device);

/* Tell the device that nothing comes of it. */
void virtio_refuse(const struct virtio_device *device);

/* The device said what cannot be: `text` ("net: …") with `value` in place of REPORT_DECIMAL. Does not return. */
_Noreturn void virtio_lie(const char *text, uint64_t value);

/* What a device reads of a queue. */
struct virtio_descriptor {
	uint64_t address;
	uint32_t size;
	uint16_t flags;
	uint16_t next;
};
enum { VIRTIO_NEXT = 1, VIRTIO_WRITE = 2 };

/* A queue; the driver's. What is for the device lies in pages of its own. */
struct virtio_queue {
	struct virtio_descriptor *descriptors; /* written by the driver, and never read */

	/* Private. */
	struct virtio_device *device;
	volatile void *bell;
	uint16_t *available;       /* flags, index, `size` numbers of descriptors, and which use is to interrupt */
	uint16_t *used;            /* flags, index, `size` entries of 8 bytes, and which offer is to kick */
	uint32_t *room;            /* of each descriptor: bytes that the device may write into its chain and one more, 0 where it does not have it */
	uint16_t number, size;
	uint16_t offered, told;    /* counts: chains put into the ring, and those that the device was told of */
	uint16_t taken, seen;      /* and those that were taken out again, and seen to be used */
	uint16_t has;              /* chains in the device's hands */
	uint16_t quiet;            /* chains that it was told of since the last kick */
	bool has_event_index;
};

/*
 * Start queue `number` with `size` entries, a power of two, or with fewer if the device has fewer, but at least `least`; then
 * queue->size says so. `room` has `size` words and stays with the queue. False: it cannot be.
 */
bool virtio_queue_start(
	struct virtio_queue *queue, struct virtio_device *device, uint16_t number, uint16_t size, uint16_t least, uint32_t *room);

/* Put the chain that begins with descriptor `head` into the ring; it was not there. `room`: bytes that the device may write. */
void virtio_queue_offer(struct virtio_queue *queue, uint16_t head, uint32_t room);

/* Tell the device of all chains in the ring, unless it knows, and kick it if it wants to be kicked. */
void virtio_queue_publish(struct virtio_queue *queue);

/* Take the next chain that the device is done with; false: there is none. `*size`: how many bytes it says it wrote, not more than there was room for. */
bool virtio_queue_take(struct virtio_queue *queue, uint16_t *head, uint32_t *size);

/*
 * Ask for an interrupt once more than `behind` chains have been used. False: they have been already. Stays until it comes,
 * or until virtio_queue_disarm.
 */
bool virtio_queue_arm(struct virtio_queue *queue, uint16_t behind);
void virtio_queue_disarm(struct virtio_queue *queue);

#endif
