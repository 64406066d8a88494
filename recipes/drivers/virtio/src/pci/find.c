/* Devices on PCI. */

#include "virtio.h"

bool virtio_find(struct virtio_device *device, enum virtio_kind kind)
{
	return virtio_pci_find(device, kind, 0);
}
