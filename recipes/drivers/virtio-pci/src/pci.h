#ifndef VIRTIO_PCI_PCI_H
#define VIRTIO_PCI_PCI_H

#include <stdbool.h>
#include <stdint.h>

/* How configuration space is reached, and what firmware has left to do; one file for each architecture. */

/* A function of a device: bus, device, function. */
#define PCI_PLACE(bus, device, function) ((uint32_t)(bus) << 16 | (uint32_t)(device) << 11 | (uint32_t)(function) << 8)

/* Whether there is any PCI. To be called before the others. */
bool virtio_pci_start(void);

/* The words of 32 bits of its configuration space, which has 256 bytes; all ones where nothing is. `offset` is a multiple of 4. */
uint32_t virtio_pci_read(uint32_t place, uint32_t offset);
void virtio_pci_write(uint32_t place, uint32_t offset, uint32_t value);

/* An address on the bus for registers of `size` bytes, a power of two, that have none yet; 0: there is none to give. */
uint64_t virtio_pci_assign(uint64_t size);

/* Where the processor finds what the bus has at `address`. */
uint64_t virtio_pci_physical(uint64_t address);

/* The number of the interrupt that the pin (1 is INTA) of the device leads to; 0: nobody knows. */
uint32_t virtio_pci_line(uint32_t place, uint32_t pin);

#endif
