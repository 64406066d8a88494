#ifndef DEVICE_TREE_H
#define DEVICE_TREE_H

#include <stdint.h>

/*
 * The capability `device-tree`: fill `boot_machine` and `boot_command_line` from the tree at the physical address
 * `tree`, which is mapped only meanwhile. A tree that is absent or damaged, or memory that cannot hold the image,
 * ends the guest with a message. Context: boot, once.
 */
void device_tree_start(uintptr_t tree);

#endif
