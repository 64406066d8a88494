/*
 * A bus of the device tree: configuration space is memory (PCI Firmware Specification 3.3, 4.1), and no firmware has given out addresses.
 * Only the first bus is shown; behind a bridge nothing has a number yet.
 */

#include "pci.h"

#include <stddef.h>

#include "device_memory.h"
#include "device_tree_buses.h"

enum { ECAM_SHIFT = 4, ECAM_BUS_BYTES = 1 << 20 }; /* from our places, which have 8 bits for a function's space, to 12 bits */

static volatile uint8_t *config;
static uint64_t given; /* of the window */

bool virtio_pci_start(void)
{
	if (!config && device_tree_pci.config != 0 && device_tree_pci.config_size >= ECAM_BUS_BYTES)
		config = device_memory_map(device_tree_pci.config, ECAM_BUS_BYTES);
	return config;
}

static volatile uint32_t *word_at(uint32_t place, uint32_t offset)
{
	return (volatile uint32_t *)(config + (((size_t)place << ECAM_SHIFT) | offset));
}

uint32_t virtio_pci_read(uint32_t place, uint32_t offset)
{
	return place < PCI_PLACE(1, 0, 0) ? *word_at(place, offset) : UINT32_MAX;
}

void virtio_pci_write(uint32_t place, uint32_t offset, uint32_t value)
{
	if (place < PCI_PLACE(1, 0, 0))
		*word_at(place, offset) = value;
}

uint64_t virtio_pci_assign(uint64_t size)
{
	uint64_t address = (device_tree_pci.window_address + given + size - 1) & -size;
	uint64_t end = device_tree_pci.window_address + device_tree_pci.window_size;
	if (address >= end || size > end - address)
		return 0;
	given = address + size - device_tree_pci.window_address;
	return address;
}

uint64_t virtio_pci_physical(uint64_t address)
{
	uint64_t offset = address - device_tree_pci.window_address;
	return offset < device_tree_pci.window_size ? device_tree_pci.window + offset : address;
}

uint32_t virtio_pci_line(uint32_t place, uint32_t pin)
{
	for (uint32_t i = 0; i < device_tree_pci.count; i++) {
		const struct device_tree_pin *known = &device_tree_pci.pins[i];
		if ((place & device_tree_pci.unit_mask) == known->unit && (pin & device_tree_pci.pin_mask) == known->pin)
			return known->interrupt;
	}
	return 0;
}
