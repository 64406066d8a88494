/*
 * Registers appear at their physical addresses, page by page (Arm ARM DDI 0487, D8.3 "Translation table descriptor formats"), in the tables
 * that the boot recipe has made: three levels, the root behind the image. New tables are pages of the heap's, for boot_map's own have
 * run out once the memory is shared out.
 */

#include "device_memory.h"

#include "boot_aarch64.h"
#include "image.h"
#include "pages.h"

enum { ENTRIES = PAGE_BYTES / sizeof(uint64_t), SHIFT_PAGE = 12, SHIFT_ROOT = 30, SHIFT_LEVEL = 9 };

#define VALID UINT64_C(1)
#define TABLE_OR_PAGE UINT64_C(2)
#define KIND (UINT64_C(7) << 2)
#define DEVICE (UINT64_C(1) << 2) /* index 1 of MAIR_EL1 */
#define ACCESSED (UINT64_C(1) << 10)
#define NEVER_AT_EL1 (UINT64_C(1) << 53)
#define NEVER_AT_EL0 (UINT64_C(1) << 54)
#define ADDRESS ((UINT64_C(1) << 48) - PAGE_BYTES)

struct device_run device_memory_run(const void *start, size_t size)
{
	return (struct device_run){(uintptr_t)start, size};
}

/* The page's descriptor, with the tables above it; null if it is in a block, or if there is no memory for a table. */
static volatile uint64_t *page_entry(uintptr_t page)
{
	volatile uint64_t *table = (volatile uint64_t *)(uintptr_t)image_end;
	for (unsigned shift = SHIFT_ROOT; shift > SHIFT_PAGE; shift -= SHIFT_LEVEL) {
		volatile uint64_t *entry = &table[(page >> shift) % ENTRIES];
		if (*entry == 0) {
			uint64_t *below = pages_take(1);
			if (!below)
				return NULL;
			__builtin_memset(below, 0, PAGE_BYTES);
			__asm__ volatile("dsb ishst" : : : "memory");
			*entry = (uintptr_t)below | VALID | TABLE_OR_PAGE;
		} else if (!(*entry & TABLE_OR_PAGE)) {
			return NULL;
		}
		table = (volatile uint64_t *)(uintptr_t)(*entry & ADDRESS);
	}
	return &table[(page >> SHIFT_PAGE) % ENTRIES];
}

volatile void *device_memory_map(uint64_t address, size_t size)
{
	if (address >= BOOT_ADDRESS_END || size > BOOT_ADDRESS_END - address)
		return NULL;
	for (uintptr_t page = address & ADDRESS; page < address + size; page += PAGE_BYTES) {
		volatile uint64_t *entry = page_entry(page);
		if (!entry || (*entry & VALID && (*entry & KIND) != DEVICE))
			return NULL;
		*entry = page | VALID | TABLE_OR_PAGE | DEVICE | ACCESSED | NEVER_AT_EL1 | NEVER_AT_EL0;
	}
	__asm__ volatile("dsb ishst\n\tisb" : : : "memory");
	return (volatile void *)(uintptr_t)address;
}
