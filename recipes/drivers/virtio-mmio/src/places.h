#ifndef VIRTIO_MMIO_PLACES_H
#define VIRTIO_MMIO_PLACES_H

#include <stdbool.h>
#include <stdint.h>

/* Where a device may be. */
struct virtio_mmio_place {
	uint64_t address;
	uint32_t interrupt; /* 0: none */
};

/* The place number `index`, counted from 0; false: there are no more. */
bool virtio_mmio_place(unsigned index, struct virtio_mmio_place *place);

#endif
