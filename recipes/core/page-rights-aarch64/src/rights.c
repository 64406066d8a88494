/*
 * Descriptors of the page tables (Arm ARM DDI 0487, D8.3 "Translation table descriptor formats"), which the boot recipe has made:
 * three levels, pages of 4 KiB, blocks of 2 MiB, the root behind the image. Blocks are split as needed.
 */

#include "page_rights.h"

#include <stdint.h>

#include "boot_aarch64.h"
#include "image.h"
#include "pages.h"

enum { ENTRIES = PAGE_BYTES / sizeof(uint64_t), SHIFT_PAGE = 12, SHIFT_BLOCK = 21, SHIFT_ROOT = 30 };

#define VALID UINT64_C(1)
#define TABLE_OR_PAGE UINT64_C(2)
#define READ_ONLY (UINT64_C(1) << 7)
#define ADDRESS ((UINT64_C(1) << 48) - PAGE_BYTES)

static uint64_t *table_below(uint64_t entry)
{
	return (uint64_t *)(uintptr_t)(entry & ADDRESS);
}

/* The descriptor of the block or table of pages that `address` is in. */
static uint64_t *large_entry(uintptr_t address)
{
	const uint64_t *root = (const uint64_t *)(uintptr_t)image_end;
	return &table_below(root[(address >> SHIFT_ROOT) % ENTRIES])[(address >> SHIFT_BLOCK) % ENTRIES];
}

/*
 * Map what a block maps by pages. The block is gone before the table is there (D8.14.1, "break-before-make"), and no memory is
 * touched meanwhile but the descriptor, which must not lie in the block itself.
 */
static bool split(uint64_t *large)
{
	uint64_t block = *large;
	if (((uintptr_t)large ^ (block & ADDRESS)) >> SHIFT_BLOCK == 0)
		return false;
	uint64_t *table = pages_take(1);
	if (!table)
		return false;
	for (unsigned i = 0; i < ENTRIES; i++)
		table[i] = (block + i * PAGE_BYTES) | TABLE_OR_PAGE;
	__asm__ volatile("dsb ishst\n\tstr xzr, [%0]\n\tdsb ishst\n\ttlbi vmalle1\n\tdsb ish\n\tisb\n\t"
			 "str %1, [%0]\n\tdsb ishst\n\tisb"
			 :
			 : "r"(large), "r"((uintptr_t)table | VALID | TABLE_OR_PAGE)
			 : "memory");
	return true;
}

bool page_rights_set(void *start, size_t count, enum page_rights rights)
{
	uintptr_t address = (uintptr_t)start;
	for (uintptr_t end = address + count * PAGE_BYTES; address < end; address += PAGE_BYTES) {
		uint64_t *large = large_entry(address);
		bool is_block = !(*large & TABLE_OR_PAGE);
		if (is_block && rights == PAGE_READ_WRITE)
			continue;
		if (is_block && !split(large))
			return false;
		uint64_t *entry = &table_below(*large)[(address >> SHIFT_PAGE) % ENTRIES];
		uint64_t bits = *entry & ~(VALID | READ_ONLY);
		*entry = bits | (rights != PAGE_NO_ACCESS ? VALID : 0) | (rights != PAGE_READ_WRITE ? READ_ONLY : 0);
		__asm__ volatile("dsb ishst\n\ttlbi vae1, %0\n\tdsb ish\n\tisb" : : "r"(address >> SHIFT_PAGE) : "memory");
	}
	return true;
}
