#ifndef DEVICE_MEMORY_H
#define DEVICE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/*
 * The capability `device-memory`: what stands between addresses of ours and those that devices know. Context of both: thread, and
 * init calls behind level `early`.
 */

/*
 * Show the registers that a device has at the physical addresses from `address` on: not cached, not executable, for ever. The caller
 * knows that they are registers. Null: they are out of reach, or there is no memory for page tables.
 */
volatile void *device_memory_map(uint64_t address, size_t size);

/* Memory as a device sees it. */
struct device_run {
	uint64_t address;
	size_t size; /* bytes from there on that lie side by side; at least 1 */
};

/* Where a device finds the memory from `start` on, of the image or of `pages`; at most `size` bytes of it, which is not 0. */
struct device_run device_memory_run(const void *start, size_t size);

#endif
