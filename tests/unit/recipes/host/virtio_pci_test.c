/*
 * Virtio's capabilities on PCI, right ones and any others: what is shown of a device's memory must be of its own registers, each search must
 * end, and no register may be touched that was not shown. The source itself is part of it, over a configuration space of the test's.
 *
 *     virtio_pci_test SEED ROUNDS
 */

#include "host.h"

#include "virtio_pci.c"

enum { SPACE = 256, BAR_COUNT = 6, REGISTER_BYTES = 0x4000 };
enum { BAR = 4, COMMON_AT = 0, CAUSE_AT = 0x1000, CONFIG_AT = 0x2000, BELLS_AT = 0x3000 };

static uint8_t space[SPACE];
static uint32_t bar_sizes[BAR_COUNT]; /* 0: that one is not there */
static unsigned looks;
static char *shown[64];
static unsigned shown_count;
static uint64_t given;

#define ASSIGNED UINT64_C(0x10000000)

static uint32_t word(uint32_t offset)
{
	uint32_t value;
	memcpy(&value, space + offset, sizeof(value));
	return value;
}

bool virtio_pci_start(void)
{
	return true;
}

uint32_t virtio_pci_read(uint32_t place, uint32_t offset)
{
	CHECK(offset < SPACE && offset % 4 == 0, "configuration at %x", offset);
	CHECK(++looks < 100000, "a search without an end");
	return place == PCI_PLACE(0, 3, 0) ? word(offset) : UINT32_MAX;
}

void virtio_pci_write(uint32_t place, uint32_t offset, uint32_t value)
{
	CHECK(place == PCI_PLACE(0, 3, 0), "written to %x", place);
	CHECK(offset < SPACE && offset % 4 == 0, "configuration at %x", offset);
	if (offset >= CONFIG_BARS && offset < CONFIG_BARS + 4 * BAR_COUNT) {
		unsigned bar = (offset - CONFIG_BARS) / 4;
		bool is_upper = bar > 0 && (space[offset - 4] & 7) == 4;
		if (!is_upper)
			value = (value & -bar_sizes[bar]) | (space[offset] & 0xf);
	}
	if (offset == CONFIG_COMMAND) /* ones of the upper half only clear what has happened */
		value = (value & 0xffff) | (word(offset) & 0xffff0000);
	memcpy(space + offset, &value, sizeof(value));
}

uint64_t virtio_pci_assign(uint64_t size)
{
	given = (given + size - 1) & -size;
	given += size;
	return given <= 1 << 24 ? ASSIGNED + given - size : 0;
}

uint64_t virtio_pci_physical(uint64_t address)
{
	return address;
}

uint32_t virtio_pci_line(uint32_t place, uint32_t pin)
{
	(void)place;
	return 32 + pin;
}

bool interrupts_enable(uint32_t number, bool is_edge)
{
	return number > 32 && !is_edge;
}

bool interrupts_message(struct interrupts_message *message)
{
	*message = (struct interrupts_message){0xfee00000, 33};
	return true;
}

/* Memory just as long as it was asked for; of a right device, what was asked for is one of its own places. */
volatile void *device_memory_map(uint64_t address, size_t size)
{
	bool is_inside = false;
	for (unsigned i = 0; i < BAR_COUNT; i++) {
		uint64_t start = word(CONFIG_BARS + 4 * i) & ~UINT32_C(0xf);
		if ((space[CONFIG_BARS + 4 * i] & 7) == 4 && i + 1 < BAR_COUNT)
			start |= (uint64_t)word(CONFIG_BARS + 4 * i + 4) << 32;
		is_inside |= address >= start && size <= bar_sizes[i] && address - start <= bar_sizes[i] - size;
	}
	CHECK(is_inside, "%zu bytes at %llx are not the device's", size, (unsigned long long)address);
	CHECK(shown_count < 64, "shown too often");
	char *bytes = calloc(1, size);
	shown[shown_count++] = bytes;
	return bytes;
}

static void put(uint32_t offset, uint32_t value)
{
	memcpy(space + offset, &value, sizeof(value));
}

static uint32_t capability(uint32_t at, uint32_t next, uint32_t part, uint32_t offset, uint32_t size)
{
	put(at, CAPABILITY_VENDOR | next << 8 | 20 << 16 | part << 24);
	put(at + 4, BAR);
	put(at + 8, offset);
	put(at + 12, size);
	put(at + 16, 4); /* of the bells: their distance */
	return at;
}

/* A device as QEMU has it. */
static void make_right(bool has_address)
{
	memset(space, 0, sizeof(space));
	put(CONFIG_ID, VENDOR_VIRTIO | (ID_NEW + VIRTIO_NET) << 16);
	put(CONFIG_COMMAND, HAS_CAPABILITIES);
	put(CONFIG_PIN, 0x100);
	memset(bar_sizes, 0, sizeof(bar_sizes));
	bar_sizes[1] = 0x1000;
	bar_sizes[BAR] = REGISTER_BYTES;
	put(CONFIG_BARS + 4, has_address ? 0xfeb00000 : 0);
	put(CONFIG_BARS + 4 * BAR, 0xc);
	put(CONFIG_BARS + 4 * BAR + 4, has_address ? 0x38 : 0);
	put(CONFIG_CAPABILITIES, 0x40);
	capability(0x40, 0x54, PART_COMMON, COMMON_AT, 0x1000);
	capability(0x54, 0x68, PART_CAUSE, CAUSE_AT, 0x1000);
	capability(0x68, 0x7c, PART_CONFIG, CONFIG_AT, 0x1000);
	capability(0x7c, 0x90, PART_BELLS, BELLS_AT, 0x1000);
	put(0x90, CAPABILITY_MESSAGES | 2 << 16);
	put(0x94, 1);
	looks = 0;
	given = 0;
}

static void forget_shown(void)
{
	while (shown_count > 0)
		free(shown[--shown_count]);
}

/* Use everything that the bus has. */
static void use(struct virtio_device *device)
{
	struct virtio_rings rings = {0x1000, 0x2000, 0x3000};
	const struct virtio_bus *its = device->bus;
	its->connect(device);
	its->set_status(device, its->status(device));
	its->accept(device, 1, its->offered(device, 0));
	its->queue_most(device, 1);
	*(volatile uint16_t *)(device->registers + COMMON_QUEUE_BELL) = (uint16_t)random_word();
	volatile void *bell = its->queue_start(device, 1, 64, &rings);
	if (bell)
		its->kick(bell, 1);
	its->acknowledge(device);
	for (uint32_t i = 0; i < device->config_size; i++)
		(void)device->config[i];
}

static void check_right(void)
{
	struct virtio_device device;
	for (int has_address = 0; has_address < 2; has_address++) {
		make_right(has_address);
		CHECK(virtio_pci_find(&device, VIRTIO_NET, 0), "a right device was not found: %s", written);
		CHECK(device.config_size == CONFIG_MOST && device.bell_step == 4 && device.bells_size == 0x1000, "its parts");
		CHECK(device.bus->connect(&device) && device.interrupt == VIRTIO_MESSAGES, "no messages");
		CHECK((word(CONFIG_COMMAND) & 6) == 6, "it is not on");
		CHECK(!!word(CONFIG_BARS + 4 * BAR + 4) == has_address, "its address has changed");
		CHECK(!virtio_pci_find(&device, VIRTIO_NET, 1) && !virtio_pci_find(&device, VIRTIO_RNG, 0), "another one");
		forget_shown();
	}
	make_right(true);
	put(CONFIG_ID, VENDOR_VIRTIO | (ID_OLD + 5) << 16);
	CHECK(virtio_pci_find(&device, VIRTIO_RNG, 0), "a transitional device");
	forget_shown();
	make_right(true);
	put(CONFIG_CAPABILITIES, 0);
	forget_written();
	CHECK(!virtio_pci_find(&device, VIRTIO_NET, 0) && strstr(written, "older than version 1"), "an old device: %s", written);
}

/* Change one thing or many of a right device. */
static void spoil(void)
{
	make_right(random_below(2));
	for (size_t i = 1 + random_below(random_below(4) ? 3 : 60); i > 0; i--) {
		uint32_t at = (uint32_t)random_below(4) ? 0x34 + (uint32_t)random_below(0x70) : (uint32_t)random_below(SPACE);
		if (at >= 4)
			space[at] = (uint8_t)(random_below(2) ? random_word() : random_below(2) ? 0xff : 0x40 + 4 * random_below(30));
	}
	if (random_below(4) == 0)
		bar_sizes[random_below(BAR_COUNT)] = (uint32_t)random_below(2) * 16 << random_below(28); /* what follows is flags */
	forget_written();
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	unsigned rounds = argc > 2 ? (unsigned)atoi(argv[2]) : 1000, found = 0;
	random_state ^= seed * 0xbf58476d1ce4e5b9;
	check_right();
	for (unsigned i = 0; i < rounds; i++) {
		struct virtio_device device;
		spoil();
		if (virtio_pci_find(&device, VIRTIO_NET, 0)) {
			use(&device);
			found++;
		}
		forget_shown();
	}
	printf("intact, %u rounds of seed %llu, %u devices\n", rounds, (unsigned long long)seed, found);
	return 0;
}
