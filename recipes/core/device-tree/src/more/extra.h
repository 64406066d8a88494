/* A clock and random bytes matter too. Part of device_tree.c. */

#include "device_tree_extra.h"

#define CLOCKS "\11arm,pl031"

uintptr_t device_tree_clock;
uint8_t device_tree_seed[DEVICE_TREE_SEED_SIZE];
uint32_t device_tree_seed_size;

static bool is_clock; /* the node that is being read */

/* A node begins. */
static void begin_extra(void)
{
	is_clock = false;
}

/* It has this list of words. */
static void see_extra(struct part compatible)
{
	is_clock = lists(compatible, CLOCKS, 1);
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
}

/* The tree has been read. */
static void map_extra(void)
{
	if (device_tree_clock != 0)
		boot_map(page_of(device_tree_clock), page_of(device_tree_clock) + BOOT_PAGE_SIZE, BOOT_DEVICE);
}
