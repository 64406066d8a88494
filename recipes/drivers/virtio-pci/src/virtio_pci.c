/* Virtio over PCI (virtio 1.2, section 4.1): what a device's capabilities say, each place checked to be inside the registers that it names. */

#include <stddef.h>

#include "device_memory.h"
#include "interrupts.h"
#include "pci.h"
#include "report.h"
#include "virtio_bus.h"

/* Configuration space (PCI Local Bus Specification 3.0, chapter 6). */
enum config {
	CONFIG_ID = 0x00,
	CONFIG_COMMAND = 0x04,
	CONFIG_HEADER = 0x0c,
	CONFIG_BARS = 0x10,
	CONFIG_BRIDGE_BUSES = 0x18,
	CONFIG_CAPABILITIES = 0x34,
	CONFIG_PIN = 0x3c,
};
enum {
	VENDOR_VIRTIO = 0x1af4,
	ID_OLD = 0x1000, /* transitional devices, in an order of their own */
	ID_NEW = 0x1040, /* and the kind */
	COMMAND_MEMORY = 2,
	COMMAND_MASTER = 4,
	COMMAND_NO_LINE = 0x400,
	HEADER_IS_MULTIPLE = 0x800000,
	HEADER_KIND = 0x7f0000,
	HEADER_BRIDGE = 0x10000,
	HAS_CAPABILITIES = 0x100000, /* in the word of the command */
	CAPABILITY_FIRST = 0x40,
	CAPABILITY_LAST = 0xf0, /* of the longest one read here */
	CAPABILITIES_MOST = 48,
	CAPABILITY_MESSAGES = 0x11,
	CAPABILITY_VENDOR = 9,
	MESSAGES_ENABLE = 1 << 31,
	MESSAGES_MASK = 1 << 30,
	MESSAGES_ENTRY = 16,
	BARS = 6,
	BAR_IS_PORT = 1,
	BAR_KIND = 6,
	BAR_IS_64 = 4,
	DEVICES = 32,
	FUNCTIONS = 8,
};

#define BAR_SIZE_MOST (UINT64_C(1) << 30)

/* Kinds of virtio's capabilities (4.1.4). */
enum part { PART_COMMON = 1, PART_BELLS, PART_CAUSE, PART_CONFIG, PARTS };

/* The common configuration (4.1.4.3). */
enum common {
	COMMON_OFFERED_HALF = 0x00,
	COMMON_OFFERED = 0x04,
	COMMON_ACCEPTED_HALF = 0x08,
	COMMON_ACCEPTED = 0x0c,
	COMMON_MESSAGE = 0x10,
	COMMON_STATUS = 0x14,
	COMMON_QUEUE = 0x16,
	COMMON_QUEUE_SIZE = 0x18,
	COMMON_QUEUE_MESSAGE = 0x1a,
	COMMON_QUEUE_ENABLE = 0x1c,
	COMMON_QUEUE_BELL = 0x1e,
	COMMON_DESCRIPTORS = 0x20,
	COMMON_AVAILABLE = 0x28,
	COMMON_USED = 0x30,
	COMMON_BYTES = 0x38,
};
enum { THE_MESSAGE = 0, BELL_BYTES = 2, BELLS_MOST = 65536, CONFIG_MOST = 256 };

static volatile uint8_t *byte_at(const struct virtio_device *device, enum common where)
{
	return device->registers + where;
}

static volatile uint16_t *half_at(const struct virtio_device *device, enum common where)
{
	return (volatile uint16_t *)(device->registers + where);
}

static volatile uint32_t *word_at(const struct virtio_device *device, enum common where)
{
	return (volatile uint32_t *)(device->registers + where);
}

/* The address on the bus of a device's registers number `bar`, and how many bytes they are. 0: it has none there, or they have no address. */
static uint64_t bar_address(uint32_t place, unsigned bar, uint64_t *size)
{
	uint32_t offset = CONFIG_BARS + bar * sizeof(uint32_t), low = virtio_pci_read(place, offset), high = 0;
	bool is_64 = (low & BAR_KIND) == BAR_IS_64;
	if (low & BAR_IS_PORT || (is_64 && bar + 1 >= BARS))
		return 0;
	/* Written with ones, a BAR keeps those that are not below its size. Nobody uses the device meanwhile. */
	virtio_pci_write(place, offset, UINT32_MAX);
	uint64_t kept = (virtio_pci_read(place, offset) & ~UINT32_C(0xf)) | UINT64_C(0xffffffff) << 32;
	if (is_64) {
		high = virtio_pci_read(place, offset + sizeof(uint32_t));
		virtio_pci_write(place, offset + sizeof(uint32_t), UINT32_MAX);
		kept = (uint32_t)kept | (uint64_t)virtio_pci_read(place, offset + sizeof(uint32_t)) << 32;
	}
	uint64_t address = (low | (uint64_t)high << 32) & kept;
	*size = -kept;
	if ((uint32_t)kept == 0 || *size > BAR_SIZE_MOST || (*size & (*size - 1)) != 0)
		address = 0;
	else if (address == 0)
		address = virtio_pci_assign(*size);
	virtio_pci_write(place, offset, (uint32_t)address);
	if (is_64)
		virtio_pci_write(place, offset + sizeof(uint32_t), (uint32_t)(address >> 32));
	return address;
}

/* Show `size` bytes of a device's registers number `bar`, from `offset` on. Null: they do not have them. */
static volatile uint8_t *show(uint32_t place, unsigned bar, uint32_t offset, uint32_t size)
{
	uint64_t bar_size, address = bar < BARS ? bar_address(place, bar, &bar_size) : 0;
	if (address == 0 || offset >= bar_size || size > bar_size - offset)
		return NULL;
	return device_memory_map(virtio_pci_physical(address) + offset, size);
}

/* The next capability of the kind `id` behind `*at`, which is 0 before the first; false: there is none. */
static bool next_capability(uint32_t place, unsigned id, uint32_t *at)
{
	uint32_t next = *at == 0 ? virtio_pci_read(place, CONFIG_CAPABILITIES) : virtio_pci_read(place, *at) >> 8;
	if (!(virtio_pci_read(place, CONFIG_COMMAND) & HAS_CAPABILITIES))
		return false;
	for (unsigned i = 0; i < CAPABILITIES_MOST; i++) {
		next &= 0xfc;
		if (next < CAPABILITY_FIRST || next > CAPABILITY_LAST)
			return false;
		uint32_t head = virtio_pci_read(place, next);
		*at = next;
		if ((head & 0xff) == id)
			return true;
		next = head >> 8;
	}
	return false;
}

/*
 * Find a part of the device's registers, which has at least `least` bytes; `*size` are those that can be used, up to `most`. `*extra`: what
 * follows in its capability. Null: there is none.
 */
static volatile uint8_t *find_part(uint32_t place, enum part part, uint32_t least, uint32_t most, uint32_t *size, uint32_t *extra)
{
	uint32_t at = 0;
	for (unsigned i = 0; i < CAPABILITIES_MOST && next_capability(place, CAPABILITY_VENDOR, &at); i++) {
		if (virtio_pci_read(place, at) >> 24 != part)
			continue;
		uint32_t bar = virtio_pci_read(place, at + 4) & 0xff, offset = virtio_pci_read(place, at + 8);
		*size = virtio_pci_read(place, at + 12);
		*size = *size < most ? *size : most;
		*extra = virtio_pci_read(place, at + 16);
		/* There may be several; the first that can be used is meant. */
		volatile uint8_t *shown = *size >= least && offset % 4 == 0 ? show(place, bar, offset, *size) : NULL;
		if (shown)
			return shown;
	}
	return NULL;
}

/* One message for all that the device has to say. */
static bool connect_messages(struct virtio_device *device)
{
	uint32_t at = 0;
	struct interrupts_message message;
	if (!next_capability(device->place, CAPABILITY_MESSAGES, &at) || !interrupts_message(&message))
		return false;
	uint32_t table = virtio_pci_read(device->place, at + 4);
	volatile uint32_t *entry = (volatile uint32_t *)show(device->place, table & 7, table & ~UINT32_C(7), MESSAGES_ENTRY);
	if (!entry)
		return false;
	entry[0] = (uint32_t)message.address;
	entry[1] = (uint32_t)(message.address >> 32);
	entry[2] = message.data;
	entry[3] = 0; /* not masked */
	uint32_t control = virtio_pci_read(device->place, at) & ~(uint32_t)MESSAGES_MASK;
	virtio_pci_write(device->place, at, control | (uint32_t)MESSAGES_ENABLE);
	*half_at(device, COMMON_MESSAGE) = THE_MESSAGE;
	if (*half_at(device, COMMON_MESSAGE) == THE_MESSAGE)
		return true;
	virtio_pci_write(device->place, at, control & ~(uint32_t)MESSAGES_ENABLE);
	return false;
}

static bool connect(struct virtio_device *device)
{
	if (connect_messages(device)) {
		device->interrupt = VIRTIO_MESSAGES;
		return true;
	}
	uint32_t pin = virtio_pci_read(device->place, CONFIG_PIN) >> 8 & 0xff;
	device->line = pin != 0 ? virtio_pci_line(device->place, pin) : 0;
	return device->line != 0 && interrupts_enable(device->line, false);
}

static uint8_t status(const struct virtio_device *device)
{
	return *byte_at(device, COMMON_STATUS);
}

static void set_status(const struct virtio_device *device, uint8_t status)
{
	*byte_at(device, COMMON_STATUS) = status;
}

static uint32_t offered(const struct virtio_device *device, unsigned half)
{
	*word_at(device, COMMON_OFFERED_HALF) = half;
	return *word_at(device, COMMON_OFFERED);
}

static void accept(const struct virtio_device *device, unsigned half, uint32_t features)
{
	*word_at(device, COMMON_ACCEPTED_HALF) = half;
	*word_at(device, COMMON_ACCEPTED) = features;
}

static uint32_t queue_most(const struct virtio_device *device, uint16_t queue)
{
	*half_at(device, COMMON_QUEUE) = queue;
	return *half_at(device, COMMON_QUEUE_SIZE);
}

static void write_address(const struct virtio_device *device, enum common where, uint64_t address)
{
	*word_at(device, where) = (uint32_t)address;
	*word_at(device, where + sizeof(uint32_t)) = (uint32_t)(address >> 32);
}

static volatile void *queue_start(const struct virtio_device *device, uint16_t queue, uint16_t size, const struct virtio_rings *rings)
{
	*half_at(device, COMMON_QUEUE) = queue;
	*half_at(device, COMMON_QUEUE_SIZE) = size;
	if (device->interrupt == VIRTIO_MESSAGES) {
		*half_at(device, COMMON_QUEUE_MESSAGE) = THE_MESSAGE;
		if (*half_at(device, COMMON_QUEUE_MESSAGE) != THE_MESSAGE)
			return NULL;
	}
	write_address(device, COMMON_DESCRIPTORS, rings->descriptors);
	write_address(device, COMMON_AVAILABLE, rings->available);
	write_address(device, COMMON_USED, rings->used);
	*half_at(device, COMMON_QUEUE_ENABLE) = 1;
	uint64_t bell = (uint64_t)*half_at(device, COMMON_QUEUE_BELL) * device->bell_step;
	if (bell % BELL_BYTES != 0 || bell > device->bells_size - BELL_BYTES)
		return NULL;
	return device->bells + bell;
}

static void kick(volatile void *bell, uint16_t queue)
{
	*(volatile uint16_t *)bell = queue;
}

static uint32_t acknowledge(const struct virtio_device *device)
{
	return *device->cause;
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

/* Find the device's registers. False: it has none as version 1 has them. */
static bool open(struct virtio_device *device, uint32_t place)
{
	uint32_t size, extra;
	/* Off while its registers are measured and moved. */
	uint32_t command = virtio_pci_read(place, CONFIG_COMMAND) & 0xffff & ~(uint32_t)COMMAND_NO_LINE;
	virtio_pci_write(place, CONFIG_COMMAND, command & ~(uint32_t)COMMAND_MEMORY);
	*device = (struct virtio_device){.bus = &bus, .interrupt = VIRTIO_LINE, .place = place};
	device->registers = find_part(place, PART_COMMON, COMMON_BYTES, COMMON_BYTES, &size, &extra);
	device->cause = find_part(place, PART_CAUSE, 1, 1, &size, &extra);
	device->config = find_part(place, PART_CONFIG, 1, CONFIG_MOST, &device->config_size, &extra);
	device->bells = find_part(place, PART_BELLS, BELL_BYTES, BELLS_MOST, &device->bells_size, &device->bell_step);
	virtio_pci_write(place, CONFIG_COMMAND, command | COMMAND_MEMORY | COMMAND_MASTER);
	if (!device->config)
		device->config_size = 0;
	return device->registers && device->cause && device->bells;
}

/* Whether this is a device of virtio, and of that kind. */
static bool is_kind(uint32_t id, enum virtio_kind kind)
{
	static const uint8_t old_kinds[] = {VIRTIO_NET, 2, 5, VIRTIO_CONSOLE, 8, VIRTIO_RNG};
	if ((id & 0xffff) != VENDOR_VIRTIO)
		return false;
	id >>= 16;
	return id == ID_NEW + (uint32_t)kind || (id - ID_OLD < sizeof(old_kinds) && old_kinds[id - ID_OLD] == kind);
}

/* Look at the device at `place`; true if it is of that kind and can be used. `*last_bus` grows where it is a bridge. */
static bool see(struct virtio_device *device, enum virtio_kind kind, uint32_t place, uint32_t *last_bus)
{
	if ((virtio_pci_read(place, CONFIG_HEADER) & HEADER_KIND) == HEADER_BRIDGE) {
		uint32_t behind = virtio_pci_read(place, CONFIG_BRIDGE_BUSES) >> 16 & 0xff;
		*last_bus = behind > *last_bus ? behind : *last_bus;
		return false;
	}
	if (!is_kind(virtio_pci_read(place, CONFIG_ID), kind))
		return false;
	bool is_open = open(device, place);
	if (!is_open)
		report("virtio: a device is older than version 1, or damaged (QEMU: disable-modern=off)\n", NULL);
	return is_open;
}

bool virtio_pci_find(struct virtio_device *device, enum virtio_kind kind, unsigned skip)
{
	if (!virtio_pci_start())
		return false;
	for (uint32_t bus = 0, last_bus = 0; bus <= last_bus; bus++)
		for (uint32_t number = 0; number < DEVICES; number++)
			for (uint32_t function = 0, functions = 1; function < functions; function++) {
				uint32_t place = PCI_PLACE(bus, number, function);
				if (virtio_pci_read(place, CONFIG_ID) == UINT32_MAX)
					continue;
				if (virtio_pci_read(place, CONFIG_HEADER) & HEADER_IS_MULTIPLE)
					functions = FUNCTIONS;
				if (see(device, kind, place, &last_bus) && skip-- == 0)
					return true;
			}
	return false;
}
