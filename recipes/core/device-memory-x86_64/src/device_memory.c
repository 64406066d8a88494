/*
 * Registers appear in the upper half of the address space, at WINDOW and their physical address: in the lower half, RAM that lies above
 * 4 GiB may have taken the addresses that devices have (machine_free_memory).
 */

#include "device_memory.h"

#include "boot_x86_64.h"
#include "pages.h"

/* Bits of an entry at any level (Intel SDM 3A, "4-Level Paging"). */
#define PRESENT_WRITE UINT64_C(3)
#define UNCACHED UINT64_C(0x18) /* PCD and PWT */
#define LARGE UINT64_C(0x80)
#define NX (UINT64_C(1) << 63)
#define ADDRESS UINT64_C(0xffffffffff000)

#define WINDOW UINT64_C(0xffff800000000000)
#define WINDOW_END (UINT64_C(255) << 39) /* the root's last entry is the root itself */
#define LOWER_48 UINT64_C(0xffffffffffff)

enum { ENTRIES = 512, LARGE_BYTES = ENTRIES * PAGE_BYTES };

struct device_run device_memory_run(const void *start, size_t size)
{
	/* What lies in one large page lies side by side, also where its pages have rights of their own. */
	uintptr_t address = (uintptr_t)start;
	size_t left = LARGE_BYTES - address % LARGE_BYTES;
	uint64_t large = *boot_page_entry(address, BOOT_PAGE_DIRECTORY), physical;
	if (large & LARGE)
		physical = (large & ADDRESS) + address % LARGE_BYTES;
	else
		physical = (*boot_page_entry(address, BOOT_PAGE_TABLE) & ADDRESS) + address % PAGE_BYTES;
	return (struct device_run){physical, size < left ? size : left};
}

/* Make sure that the table below `level` for `address` exists. False: there is no memory for it. */
static bool need_table(uintptr_t address, enum boot_page_level level)
{
	volatile uint64_t *entry = boot_page_entry(address, level);
	if (*entry & PRESENT_WRITE)
		return true;
	uint64_t *table = pages_take(1);
	if (!table)
		return false;
	__builtin_memset(table, 0, PAGE_BYTES);
	__asm__ volatile("" : : : "memory");
	*entry = device_memory_run(table, PAGE_BYTES).address | PRESENT_WRITE;
	return true;
}

volatile void *device_memory_map(uint64_t address, size_t size)
{
	if (address >= WINDOW_END || size > WINDOW_END - address)
		return NULL;
	for (uint64_t page = address & ADDRESS; page < address + size; page += PAGE_BYTES) {
		uintptr_t shown = (WINDOW + page) & LOWER_48;
		for (enum boot_page_level level = BOOT_PAGE_ROOT; level > BOOT_PAGE_TABLE; level--)
			if (!need_table(shown, level))
				return NULL;
		*boot_page_entry(shown, BOOT_PAGE_TABLE) = page | PRESENT_WRITE | UNCACHED | NX;
	}
	__asm__ volatile("" : : : "memory");
	return (volatile void *)(WINDOW + address);
}
