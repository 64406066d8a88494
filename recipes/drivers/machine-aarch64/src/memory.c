/*
 * The heap's memory: the rest of the range of RAM that the image is in, mapped here, so that an image without a
 * heap has neither this code nor the mapping. The device tree is gone by then.
 */

#include <stdint.h>

#include "boot_aarch64.h"
#include "machine.h"

struct memory_range machine_free_memory(void)
{
	uintptr_t end = boot_machine.memory.end & -(uintptr_t)BOOT_PAGE_SIZE;
	uintptr_t start = boot_tables_end();
	if (start >= end)
		return (struct memory_range){end, end};
	/* Tables for what lies further up are taken from the pages mapped before, and those are ours no longer. */
	boot_map(start, end, BOOT_DATA);
	return (struct memory_range){boot_tables_end(), end};
}
