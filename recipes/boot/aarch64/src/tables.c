/*
 * The page tables, in the pages behind the image: pages of 4 KiB, blocks of 2 MiB, addresses of 39 bits
 * (Arm ARM DDI 0487, D8.2 "Translation process"). Used before the MMU is on, and afterwards by init calls.
 */

#include <stdint.h>

#include "boot_aarch64.h"
#include "image.h"
#include "tables.h"

enum { ENTRIES = BOOT_PAGE_SIZE / sizeof(uint64_t) };

enum shift { SHIFT_PAGE = 12, SHIFT_BLOCK = 21, SHIFT_ROOT = 30, SHIFT_LEVEL = 9 };

/* Descriptor bits (D8.3, "Translation table descriptor formats"). */
#define VALID UINT64_C(1)
#define TABLE_OR_PAGE UINT64_C(2)
#define DEVICE (UINT64_C(1) << 2) /* index 1 of MAIR_EL1 */
#define READ_ONLY (UINT64_C(1) << 7)
#define INNER_SHAREABLE (UINT64_C(3) << 8)
#define ACCESSED (UINT64_C(1) << 10)
#define NEVER_AT_EL1 (UINT64_C(1) << 53)
#define NEVER_AT_EL0 (UINT64_C(1) << 54)
#define ADDRESS ((UINT64_C(1) << 48) - BOOT_PAGE_SIZE)

#define ALWAYS (VALID | ACCESSED | NEVER_AT_EL0)

static uintptr_t next_table;

uintptr_t boot_tables_end(void)
{
	uintptr_t reserved = (uintptr_t)image_start + (uintptr_t)image_size;
	return next_table > reserved ? next_table : reserved;
}

/* The next page behind the image, all zero. */
static uint64_t *take_table(void)
{
	uint64_t *table = (uint64_t *)next_table;
	next_table += BOOT_PAGE_SIZE;
	for (unsigned i = 0; i < ENTRIES; i++)
		table[i] = 0;
	return table;
}

static uint64_t descriptor_bits(enum boot_rights rights)
{
	switch (rights) {
	case BOOT_CODE:
		return ALWAYS | INNER_SHAREABLE | READ_ONLY;
	case BOOT_CONSTANTS:
		return ALWAYS | INNER_SHAREABLE | READ_ONLY | NEVER_AT_EL1;
	case BOOT_DATA:
		return ALWAYS | INNER_SHAREABLE | NEVER_AT_EL1;
	case BOOT_DEVICE:
		return ALWAYS | DEVICE | NEVER_AT_EL1;
	}
	__builtin_unreachable();
}

void boot_map(uintptr_t start, uintptr_t end, enum boot_rights rights)
{
	uint64_t bits = descriptor_bits(rights);
	while (start < end) {
		uint64_t *table = (uint64_t *)(uintptr_t)image_end; /* the root is the first table that was taken */
		uint64_t *entry;
		unsigned shift = SHIFT_ROOT;
		for (;; shift -= SHIFT_LEVEL) {
			entry = &table[(start >> shift) % ENTRIES];
			uint64_t size = UINT64_C(1) << shift;
			if (shift == SHIFT_PAGE || (shift == SHIFT_BLOCK && *entry == 0 && start % size == 0 && end - start >= size))
				break;
			if (*entry == 0)
				*entry = (uintptr_t)take_table() | VALID | TABLE_OR_PAGE;
			table = (uint64_t *)(uintptr_t)(*entry & ADDRESS);
		}
		*entry = start | bits | (shift == SHIFT_PAGE ? TABLE_OR_PAGE : 0);
		start += UINT64_C(1) << shift;
		/* Each time, for the next table may be taken from the page that was just mapped. */
		__asm__ volatile("dsb ishst; isb" : : : "memory");
	}
}

void boot_unmap(uintptr_t start, uintptr_t end)
{
	for (; start < end; start += BOOT_PAGE_SIZE) {
		uint64_t *table = (uint64_t *)(uintptr_t)image_end;
		for (unsigned shift = SHIFT_ROOT; shift > SHIFT_PAGE; shift -= SHIFT_LEVEL)
			table = (uint64_t *)(uintptr_t)(table[(start >> shift) % ENTRIES] & ADDRESS);
		table[(start >> SHIFT_PAGE) % ENTRIES] = 0;
	}
	__asm__ volatile("dsb ishst; tlbi vmalle1; dsb ish; isb" : : : "memory");
}

uint64_t *boot_tables(void)
{
	uintptr_t guard = (uintptr_t)boot_stack - BOOT_PAGE_SIZE;
	uintptr_t vectors = (uintptr_t)boot_vectors;
	next_table = (uintptr_t)image_end;
	uint64_t *root = take_table();
	boot_map((uintptr_t)image_rx_start, (uintptr_t)image_rx_end, BOOT_CODE);
	boot_map((uintptr_t)image_r_start, (uintptr_t)image_r_end, BOOT_CONSTANTS);
	/* The stack's section comes behind bss, where the vectors are. */
	boot_map((uintptr_t)image_rw_start, vectors, BOOT_DATA);
	boot_map(vectors, vectors + BOOT_PAGE_SIZE, BOOT_CODE);
	boot_map(vectors + BOOT_PAGE_SIZE, guard, BOOT_DATA);
	boot_map(guard + BOOT_PAGE_SIZE, (uintptr_t)image_start + (uintptr_t)image_size, BOOT_DATA);
	return root;
}
