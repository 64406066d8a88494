/* How a device and its driver come to terms (virtio 1.2, section 3.1.1). */

#include "virtio.h"

#include "machine.h"
#include "report.h"

enum status {
	STATUS_SEEN = 1,
	STATUS_DRIVER = 2,
	STATUS_WORKS = 4,
	STATUS_AGREED = 8,
	STATUS_REFUSED = 128,
};

enum { RESET_LOOKS = 1 << 20 }; /* each one asks the hypervisor; it is done after the first, or after its requests have ended */

static void add_status(const struct virtio_device *device, enum status status)
{
	device->bus->set_status(device, device->bus->status(device) | (uint8_t)status);
}

static bool reset(const struct virtio_device *device)
{
	device->bus->set_status(device, 0);
	for (unsigned i = 0; i < RESET_LOOKS; i++)
		if (device->bus->status(device) == 0)
			return true;
	return false;
}

bool virtio_open(struct virtio_device *device, enum virtio_kind kind)
{
	if (!virtio_find(device, kind) || !reset(device))
		return false;
	add_status(device, STATUS_SEEN);
	add_status(device, STATUS_DRIVER);
	device->features = device->bus->offered(device, 0) | (uint64_t)device->bus->offered(device, 1) << 32;
	return true;
}

bool virtio_agree(struct virtio_device *device, uint64_t wanted)
{
	const struct virtio_bus *bus = device->bus;
	device->features &= wanted | VIRTIO_FEATURE(VIRTIO_EVENT_INDEX) | VIRTIO_FEATURE(VIRTIO_VERSION_1);
	bus->accept(device, 0, (uint32_t)device->features);
	bus->accept(device, 1, (uint32_t)(device->features >> 32));
	add_status(device, STATUS_AGREED);
	if (!(device->features & VIRTIO_FEATURE(VIRTIO_VERSION_1)) || !(bus->status(device) & STATUS_AGREED)) {
		virtio_refuse(device);
		return false;
	}
	if (!bus->connect(device))
		device->interrupt = VIRTIO_POLLED;
	return true;
}

void virtio_ready(const struct virtio_device *device)
{
	add_status(device, STATUS_WORKS);
}

void virtio_refuse(const struct virtio_device *device)
{
	add_status(device, STATUS_REFUSED);
}

_Noreturn void virtio_lie(const char *text, uint64_t value)
{
	report("virtio: the device cannot be trusted: ", NULL);
	report(text, &value);
	report("\n", NULL);
	machine_end(ENDING_ABORT, 0);
}
