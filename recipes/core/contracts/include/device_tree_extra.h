#ifndef DEVICE_TREE_EXTRA_H
#define DEVICE_TREE_EXTRA_H

#include <stdint.h>

/*
 * The capability `device-tree.extra`: who requires it finds here, once the device tree has been read, what not every image needs.
 */

/* The address of the first PL031 of the tree, whose page is mapped; 0: it has none. */
extern uintptr_t device_tree_clock;

/*
 * The interrupt controller, a GIC whose registers are mapped: its distributor, and its interface to the processor (version 2) or the
 * first two frames of redistributors, those of the processor that starts (version 3). Version 0: the tree has neither.
 */
struct device_tree_gic {
	uintptr_t address[2];
	uint32_t version;
};
extern struct device_tree_gic device_tree_gic;

/* The random bytes of `rng-seed`, as many as there are of it; only its first ones if it has more. */
enum { DEVICE_TREE_SEED_SIZE = 32 };
extern uint8_t device_tree_seed[DEVICE_TREE_SEED_SIZE];
extern uint32_t device_tree_seed_size;

#endif
