/* A clock, the interrupt controller and random bytes matter too. Part of device_tree.c. */

#include "device_tree_extra.h"

#define CLOCKS "\11arm,pl031"
#define GICS "\12arm,gic-v3\22arm,cortex-a15-gic\13arm,gic-400"

enum { GIC_V2_BYTES = 0x1000, GIC_V3_BYTES = 0x20000 /* two frames; more than enough of the distributor */ };

uintptr_t device_tree_clock;
uint8_t device_tree_seed[DEVICE_TREE_SEED_SIZE];
uint32_t device_tree_seed_size;

struct device_tree_gic device_tree_gic;

/* Of the node that is being read: whether it is a clock, the version of a GIC or 0, how many of its addresses are known. */
static bool is_clock;
static uint32_t gic_version, gic_addresses;

/* A node begins. */
static void begin_extra(void)
{
	is_clock = false;
	gic_version = 0;
}

/* It has this list of words. */
static void see_extra(struct part compatible)
{
	is_clock = lists(compatible, CLOCKS, 1);
	if (lists(compatible, GICS, 3))
		gic_version = lists(compatible, GICS, 1) ? 3 : 2;
}

/* These bytes are random. */
static void stir_extra(const uint8_t *at, const uint8_t *end)
{
	while (at < end && device_tree_seed_size < DEVICE_TREE_SEED_SIZE)
		device_tree_seed[device_tree_seed_size++] = *at++;
}

/* It is at `address`, and neither disabled nor where it must not be. */
static void place_extra(uintptr_t address)
{
	if (is_clock && device_tree_clock == 0)
		device_tree_clock = address;
	if (gic_version != 0 && gic_addresses < 2) {
		device_tree_gic.address[gic_addresses++] = address;
		device_tree_gic.version = gic_addresses == 2 ? gic_version : 0;
	}
}

/* The tree has been read. */
static void map_extra(void)
{
	if (device_tree_clock != 0)
		boot_map(page_of(device_tree_clock), page_of(device_tree_clock) + BOOT_PAGE_SIZE, BOOT_DEVICE);
	uintptr_t size = device_tree_gic.version == 3 ? GIC_V3_BYTES : GIC_V2_BYTES;
	for (unsigned i = 0; i < 2 && device_tree_gic.version != 0; i++)
		boot_map(page_of(device_tree_gic.address[i]), page_of(device_tree_gic.address[i]) + size, BOOT_DEVICE);
}
