#ifndef DEVICE_TREE_BUSES_H
#define DEVICE_TREE_BUSES_H

#include <stdint.h>

/*
 * The capability `device-tree.buses`: who requires it finds here, once the device tree has been read, where devices of virtio are.
 * Interrupts are numbers of the GIC.
 */

/* Places for a device of virtio, in the order of the tree; most are empty. */
enum { DEVICE_TREE_VIRTIO_MOST = 32 };
struct device_tree_virtio {
	uintptr_t address;
	uint32_t interrupt; /* 0: none */
};
extern struct device_tree_virtio device_tree_virtio[DEVICE_TREE_VIRTIO_MOST];
extern uint32_t device_tree_virtio_count;

/* The first PCI bus whose configuration is memory (ECAM). */
enum { DEVICE_TREE_PCI_MOST = 16 };
struct device_tree_pci {
	uintptr_t config; /* 0: there is none */
	uint64_t config_size;
	uint64_t window, window_size; /* for 32-bit registers of devices: where the processor finds them, */
	uint64_t window_address;      /* and what the bus calls that place */
	uint32_t unit_mask, pin_mask; /* what of a device's place and pin chooses its interrupt */
	uint32_t count;
	struct device_tree_pin {
		uint32_t unit, pin, interrupt;
	} pins[DEVICE_TREE_PCI_MOST];
};
extern struct device_tree_pci device_tree_pci;

#endif
