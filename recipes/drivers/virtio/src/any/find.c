/* Devices on either bus, those on PCI first. */

#include "virtio.h"

bool virtio_find(struct virtio_device *device, enum virtio_kind kind)
{
	return virtio_pci_find(device, kind, 0) || virtio_mmio_find(device, kind, 0);
}
