/*
 * The heap's memory: whatever RAM the loader's map names behind the image, mapped here, so that an image without a heap
 * has neither this code nor the mapping. The ranges of the map become one range of addresses: from the image's end
 * on, address and physical address are equal; each further range follows the one before.
 */

#include <stdbool.h>
#include <stdint.h>

#include "boot_x86_64.h"
#include "image.h"
#include "machine.h"

/* PVH boot ABI, "struct hvm_start_info" from version 1 on. */
struct start_info {
	uint32_t magic, version, flags, module_count;
	uint64_t modules, command_line, rsdp, memory_map;
	uint32_t memory_map_count, reserved;
};

struct memory_map_entry {
	uint64_t start, size;
	uint32_t type, reserved;
};

enum { MEMORY_TYPE_RAM = 1 };

#define PAGE UINT64_C(4096)
#define LARGE_PAGE (512 * PAGE)

/* Bits of an entry at any level (Intel SDM 3A, "4-Level Paging"). */
#define PAGE_PRESENT_WRITE UINT64_C(3)
#define PAGE_LARGE UINT64_C(0x80)
#define PAGE_NX (UINT64_C(1) << 63)

/* Two pages of the first table through which physical memory is read; nothing else is mapped down there. */
#define WINDOW UINT64_C(0x10000)

/* Show the physical pages around `physical`; valid until the next call. Objects of up to a page. */
static const void *peek(uint64_t physical)
{
	for (uint64_t page = 0; page < 2 * PAGE; page += PAGE) {
		*boot_page_entry(WINDOW + page, BOOT_PAGE_TABLE) = ((physical & -PAGE) + page) | PAGE_PRESENT_WRITE | PAGE_NX;
		__asm__ volatile("invlpg (%0)" : : "r"(WINDOW + page) : "memory");
	}
	return (const void *)(WINDOW + physical % PAGE);
}

/* Make sure that the table below `level` for `address` exists; a new one takes the last page before `*end`. */
static void need_table(uintptr_t address, enum boot_page_level level, uint64_t *end)
{
	volatile uint64_t *above = boot_page_entry(address, level);
	if (*above & PAGE_PRESENT_WRITE)
		return;
	*end -= PAGE;
	*above = *end | PAGE_PRESENT_WRITE;
	volatile uint64_t *table = (volatile uint64_t *)((uintptr_t)boot_page_entry(address, level - 1) & -PAGE);
	for (unsigned i = 0; i < 512; i++)
		table[i] = 0;
}

/* Map the physical pages from `start` to `end` at `address` on. Returns the address behind the last one. */
static uintptr_t map(uintptr_t address, uint64_t start, uint64_t end)
{
	for (;;) {
		need_table(address, BOOT_PAGE_ROOT, &end);
		need_table(address, BOOT_PAGE_POINTERS, &end);
		bool is_large = (address | start) % LARGE_PAGE == 0 && start + LARGE_PAGE <= end;
		if (!is_large)
			need_table(address, BOOT_PAGE_DIRECTORY, &end);
		if (start >= end)
			return address;
		if (is_large)
			*boot_page_entry(address, BOOT_PAGE_DIRECTORY) = start | PAGE_PRESENT_WRITE | PAGE_LARGE | PAGE_NX;
		else
			*boot_page_entry(address, BOOT_PAGE_TABLE) = start | PAGE_PRESENT_WRITE | PAGE_NX;
		uint64_t size = is_large ? LARGE_PAGE : PAGE;
		address += size;
		start += size;
	}
}

struct memory_range machine_free_memory(void)
{
	/* Behind the image come its page tables: one page for each large page that the image reaches into. */
	uintptr_t image_tables = ((uintptr_t)image_end + LARGE_PAGE - 1) / LARGE_PAGE;
	uintptr_t first = (uintptr_t)image_end + image_tables * PAGE;
	struct memory_range free = {first, first};

	boot_page_root[511] = (uintptr_t)boot_page_root | PAGE_PRESENT_WRITE | PAGE_NX;
	const struct start_info *info = peek(boot_start_info);
	uint64_t map_start = info->memory_map;
	uint32_t map_count = info->version > 0 ? info->memory_map_count : 0;
	for (uint32_t i = 0; i < map_count; i++) {
		struct memory_map_entry range = *(const struct memory_map_entry *)peek(map_start + i * sizeof(range));
		uint64_t start = (range.start + PAGE - 1) & -PAGE;
		uint64_t end = (range.start + range.size) & -PAGE;
		if (range.type != MEMORY_TYPE_RAM || end <= first)
			continue;
		if (start <= first) { /* the range that the image is in */
			free.end = map(first, first, end);
		} else if (end - start > LARGE_PAGE) {
			/* Large pages only fit at such an address; what of the range before exceeds it is given up. */
			free.end &= -LARGE_PAGE;
			free.end = map(free.end, (start + LARGE_PAGE - 1) & -LARGE_PAGE, end);
		}
	}
	*boot_page_entry(WINDOW, BOOT_PAGE_TABLE) = 0;
	*boot_page_entry(WINDOW + PAGE, BOOT_PAGE_TABLE) = 0;
	__asm__ volatile("mov %0, %%cr3" : : "r"(boot_page_root) : "memory");
	return free;
}
