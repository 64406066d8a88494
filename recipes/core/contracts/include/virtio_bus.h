#ifndef VIRTIO_BUS_H
#define VIRTIO_BUS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The capabilities `virtio.pci` and `virtio.mmio`: how devices of virtio 1.x (OASIS, "Virtual I/O Device") are found and spoken to on a
 * bus; `virtio` is their user. An image has either or both. What is read from a device is whatever the device says: the user checks it.
 * Context of all: thread, and init calls of level `network` on.
 */

enum virtio_kind { VIRTIO_NET = 1, VIRTIO_CONSOLE = 3, VIRTIO_RNG = 4 };

enum { VIRTIO_QUEUE_MOST = 32768 }; /* entries, by the specification */

/* Physical addresses of a queue's parts. */
struct virtio_rings {
	uint64_t descriptors, available, used;
};

struct virtio_device;

struct virtio_bus {
	/* See that an interrupt comes when the device has something to say. False: none can. Between reset and the first queue. */
	bool (*connect)(struct virtio_device *device);
	uint8_t (*status)(const struct virtio_device *device);
	void (*set_status)(const struct virtio_device *device, uint8_t status); /* 0 resets it, which may take a while: see status */
	/* 32 features of the device, from bit 32 * half on. */
	uint32_t (*offered)(const struct virtio_device *device, unsigned half);
	void (*accept)(const struct virtio_device *device, unsigned half, uint32_t features);
	/* How many entries the queue may have. 0: there is no such queue. */
	uint32_t (*queue_most)(const struct virtio_device *device, uint16_t queue);
	/* Start the queue. Where it is to be kicked; null: the device does not say so rightly. */
	volatile void *(*queue_start)(const struct virtio_device *device, uint16_t queue, uint16_t size, const struct virtio_rings *rings);
	void (*kick)(volatile void *bell, uint16_t queue);
	/* Take back the interrupt that a line asks for, and what for: VIRTIO_CAUSE_…. */
	uint32_t (*acknowledge)(const struct virtio_device *device);
};

enum virtio_cause { VIRTIO_CAUSE_QUEUE = 1, VIRTIO_CAUSE_CONFIG = 2 };

enum virtio_interrupt {
	VIRTIO_POLLED,   /* none comes */
	VIRTIO_LINE,     /* asked for until `acknowledge` */
	VIRTIO_MESSAGES, /* nothing to acknowledge */
};

/* A device that was found; `find` fills it. Owned by the driver. */
struct virtio_device {
	const struct virtio_bus *bus;
	volatile uint8_t *registers; /* PCI: the common configuration */
	volatile uint8_t *config;    /* of this kind of device; each field is to be read as wide as it is */
	uint32_t config_size;        /* of which so many bytes are there */
	enum virtio_interrupt interrupt;
	uint64_t features; /* what both sides have agreed on */

	/* Of the bus. */
	uint32_t line;  /* number of an interrupt */
	uint32_t place; /* on PCI */
	volatile uint8_t *cause, *bells, *messages;
	uint32_t bells_size, bell_step;
};

/*
 * Find the device number `skip` of that kind, counted from 0 in the order of the bus. False: there is none. One that is no device of
 * version 1 is passed over, with a line on the console.
 */
bool virtio_pci_find(struct virtio_device *device, enum virtio_kind kind, unsigned skip);
bool virtio_mmio_find(struct virtio_device *device, enum virtio_kind kind, unsigned skip);

#endif
