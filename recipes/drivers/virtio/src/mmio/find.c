/* Devices with registers in memory. */

#include "virtio.h"

bool virtio_find(struct virtio_device *device, enum virtio_kind kind)
{
	return virtio_mmio_find(device, kind, 0);
}
