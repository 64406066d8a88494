/*
 * Print the control registers and everything that the page tables map: a line `name value` for each register, a line
 * `page start end rights` for each range, all hexadecimal. Bits and tables: Intel SDM, volume 3A.
 */

#include <inttypes.h>
#include <stdio.h>

#include "state.h"

#define PAGE_PRESENT UINT64_C(1)
#define PAGE_WRITE UINT64_C(2)
#define PAGE_LARGE UINT64_C(0x80)
#define PAGE_NX (UINT64_C(1) << 63)
#define MSR_EFER 0xc0000080

enum { ENTRIES = 512, ROOT_LEVEL = 3 };

extern uint64_t boot_page_root[ENTRIES];

/* An entry of any level, seen through the root's last entry, which names the root itself. */
static uint64_t entry(uint64_t address, unsigned level)
{
	return *(volatile uint64_t *)(-(UINT64_C(1) << (39 - 9 * level)) + (address >> (12 + 9 * level)) * sizeof(uint64_t));
}

/* `above` has PAGE_WRITE and PAGE_NX as all levels above grant and forbid them. */
static void walk(uint64_t address, unsigned level, uint64_t above)
{
	uint64_t size = UINT64_C(1) << (12 + 9 * level);

	for (unsigned i = 0; i < ENTRIES - (level == ROOT_LEVEL); i++, address += size) {
		uint64_t here = entry(address, level);
		uint64_t rights = (above & here & PAGE_WRITE) | ((above | here) & PAGE_NX);

		if (!(here & PAGE_PRESENT))
			continue;
		if (level == 0 || (level < ROOT_LEVEL && here & PAGE_LARGE))
			take_page(address, size, rights & PAGE_WRITE, !(rights & PAGE_NX));
		else
			walk(address, level - 1, rights);
	}
}

#define PRINT_REGISTER(name)                                                                                           \
	do {                                                                                                           \
		uint64_t value;                                                                                        \
		__asm__ volatile("mov %%" name ", %0" : "=r"(value));                                                  \
		printf(name " %" PRIx64 "\n", value);                                                                  \
	} while (0)

int main(void)
{
	uint32_t low, high;

	prepare();
	PRINT_REGISTER("cr0");
	PRINT_REGISTER("cr4");
	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(MSR_EFER));
	printf("efer %" PRIx32 "\n", low);
	boot_page_root[ENTRIES - 1] = (uintptr_t)boot_page_root | PAGE_PRESENT | PAGE_WRITE | PAGE_NX;
	walk(0, ROOT_LEVEL, PAGE_WRITE);
	end_range();
	return 0;
}
