/* Virtio over MMIO (virtio 1.2, section 4.2). Registers have 32 bits; what is behind REGISTER_CONFIG is the device's own. */

#include <stddef.h>

#include "device_memory.h"
#include "interrupts.h"
#include "places.h"
#include "report.h"
#include "virtio_bus.h"

enum mmio_register {
	REGISTER_MAGIC = 0x00,
	REGISTER_VERSION = 0x04,
	REGISTER_KIND = 0x08,
	REGISTER_OFFERED = 0x10,
	REGISTER_OFFERED_HALF = 0x14,
	REGISTER_ACCEPTED = 0x20,
	REGISTER_ACCEPTED_HALF = 0x24,
	REGISTER_QUEUE = 0x30,
	REGISTER_QUEUE_MOST = 0x34,
	REGISTER_QUEUE_SIZE = 0x38,
	REGISTER_QUEUE_READY = 0x44,
	REGISTER_KICK = 0x50,
	REGISTER_CAUSE = 0x60,
	REGISTER_ACKNOWLEDGE = 0x64,
	REGISTER_STATUS = 0x70,
	REGISTER_DESCRIPTORS = 0x80,
	REGISTER_AVAILABLE = 0x90,
	REGISTER_USED = 0xa0,
	REGISTER_CONFIG = 0x100,
};

enum { MAGIC = 0x74726976, VERSION = 2, VERSION_LEGACY = 1, PLACE_BYTES = 0x200 };

static uint32_t read_register(const struct virtio_device *device, enum mmio_register which)
{
	return *(volatile uint32_t *)(device->registers + which);
}

static void write_register(const struct virtio_device *device, enum mmio_register which, uint32_t value)
{
	*(volatile uint32_t *)(device->registers + which) = value;
}

static bool connect(struct virtio_device *device)
{
	return device->line != 0 && interrupts_enable(device->line, false);
}

static uint8_t status(const struct virtio_device *device)
{
	return (uint8_t)read_register(device, REGISTER_STATUS);
}

static void set_status(const struct virtio_device *device, uint8_t status)
{
	write_register(device, REGISTER_STATUS, status);
}

static uint32_t offered(const struct virtio_device *device, unsigned half)
{
	write_register(device, REGISTER_OFFERED_HALF, half);
	return read_register(device, REGISTER_OFFERED);
}

static void accept(const struct virtio_device *device, unsigned half, uint32_t features)
{
	write_register(device, REGISTER_ACCEPTED_HALF, half);
	write_register(device, REGISTER_ACCEPTED, features);
}

static uint32_t queue_most(const struct virtio_device *device, uint16_t queue)
{
	write_register(device, REGISTER_QUEUE, queue);
	return read_register(device, REGISTER_QUEUE_READY) == 0 ? read_register(device, REGISTER_QUEUE_MOST) : 0;
}

static void write_address(const struct virtio_device *device, enum mmio_register which, uint64_t address)
{
	write_register(device, which, (uint32_t)address);
	write_register(device, which + sizeof(uint32_t), (uint32_t)(address >> 32));
}

static volatile void *queue_start(const struct virtio_device *device, uint16_t queue, uint16_t size, const struct virtio_rings *rings)
{
	write_register(device, REGISTER_QUEUE, queue);
	write_register(device, REGISTER_QUEUE_SIZE, size);
	write_address(device, REGISTER_DESCRIPTORS, rings->descriptors);
	write_address(device, REGISTER_AVAILABLE, rings->available);
	write_address(device, REGISTER_USED, rings->used);
	write_register(device, REGISTER_QUEUE_READY, 1);
	return device->registers + REGISTER_KICK;
}

static void kick(volatile void *bell, uint16_t queue)
{
	*(volatile uint32_t *)bell = queue;
}

static uint32_t acknowledge(const struct virtio_device *device)
{
	uint32_t cause = read_register(device, REGISTER_CAUSE);
	if (cause != 0)
		write_register(device, REGISTER_ACKNOWLEDGE, cause);
	return cause;
}

static const struct virtio_bus bus = {
	.connect = connect,
	.status = status,
	.set_status = set_status,
	.offered = offered,
	.accept = accept,
	.queue_most = queue_most,
	.queue_start = queue_start,
	.kick = kick,
	.acknowledge = acknowledge,
};

bool virtio_mmio_find(struct virtio_device *device, enum virtio_kind kind, unsigned skip)
{
	struct virtio_mmio_place place;
	for (unsigned i = 0; virtio_mmio_place(i, &place); i++) {
		*device = (struct virtio_device){
			.bus = &bus,
			.registers = device_memory_map(place.address, PLACE_BYTES),
			.config_size = PLACE_BYTES - REGISTER_CONFIG,
			.interrupt = VIRTIO_LINE,
			.line = place.interrupt,
		};
		if (!device->registers || read_register(device, REGISTER_MAGIC) != MAGIC ||
		    read_register(device, REGISTER_KIND) != kind)
			continue;
		device->config = device->registers + REGISTER_CONFIG;
		if (read_register(device, REGISTER_VERSION) == VERSION_LEGACY)
			report("virtio: a device is older than version 1 (QEMU: -global virtio-mmio.force-legacy=false)\n", NULL);
		else if (read_register(device, REGISTER_VERSION) == VERSION && skip-- == 0)
			return true;
	}
	return false;
}
