/* Entries of the page tables (Intel SDM 3A, "4-Level Paging"); memory is mapped by large pages, which are split as needed. */

#include "page_rights.h"

#include <stdint.h>

#include "boot_x86_64.h"
#include "pages.h"

#define ENTRY_PRESENT UINT64_C(1)
#define ENTRY_WRITE UINT64_C(2)
#define ENTRY_LARGE UINT64_C(0x80)
#define ENTRY_ADDRESS UINT64_C(0xffffffffff000)

enum { ENTRIES = 512 };

/* The physical address of a page of ours; where RAM has holes it is another than the page's. */
static uint64_t physical(uintptr_t address)
{
	uint64_t large = *boot_page_entry(address, BOOT_PAGE_DIRECTORY);
	if (large & ENTRY_LARGE)
		return (large & ENTRY_ADDRESS) + (address & (ENTRIES - 1) * PAGE_BYTES);
	return *boot_page_entry(address, BOOT_PAGE_TABLE) & ENTRY_ADDRESS;
}

/* Map what a large page maps by pages. What the processor remembers of it stays true until a page's rights change. */
static bool split(volatile uint64_t *large)
{
	uint64_t *table = pages_take(1);
	if (!table)
		return false;
	uint64_t first = *large & ~ENTRY_LARGE;
	for (unsigned i = 0; i < ENTRIES; i++)
		table[i] = first + i * PAGE_BYTES;
	__asm__ volatile("" : : : "memory");
	*large = physical((uintptr_t)table) | ENTRY_PRESENT | ENTRY_WRITE;
	return true;
}

bool page_rights_set(void *start, size_t count, enum page_rights rights)
{
	static const uint8_t bits[] = {ENTRY_PRESENT | ENTRY_WRITE, ENTRY_PRESENT, 0};
	uintptr_t address = (uintptr_t)start;
	for (uintptr_t end = address + count * PAGE_BYTES; address < end; address += PAGE_BYTES) {
		volatile uint64_t *large = boot_page_entry(address, BOOT_PAGE_DIRECTORY);
		if (*large & ENTRY_LARGE && rights == PAGE_READ_WRITE)
			continue;
		if (*large & ENTRY_LARGE && !split(large))
			return false;
		volatile uint64_t *entry = boot_page_entry(address, BOOT_PAGE_TABLE);
		*entry = (*entry & ~(ENTRY_PRESENT | ENTRY_WRITE)) | bits[rights];
		__asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
	}
	return true;
}
