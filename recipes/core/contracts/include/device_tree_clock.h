#ifndef DEVICE_TREE_CLOCK_H
#define DEVICE_TREE_CLOCK_H

#include <stdint.h>

/*
 * The capability `device-tree.clock`: who requires it finds here, once the device tree has been read, the address of the
 * first PL031 that it has, whose page is mapped; 0: it has none.
 */
extern uintptr_t device_tree_clock;

#endif
