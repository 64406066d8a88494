/* Places of the device tree. */

#include "places.h"

#include "device_tree_buses.h"

bool virtio_mmio_place(unsigned index, struct virtio_mmio_place *place)
{
	if (index >= device_tree_virtio_count)
		return false;
	const struct device_tree_virtio *found = &device_tree_virtio[index];
	*place = (struct virtio_mmio_place){found->address, found->interrupt};
	return true;
}
