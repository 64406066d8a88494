/*
 * Print the system registers and everything that the page tables map, in the form of x86_64.c. Bits and tables: Arm ARM DDI
 * 0487, D8.3 "Translation table descriptor formats".
 */

#include <inttypes.h>
#include <stdio.h>

#include "state.h"

#define VALID UINT64_C(1)
#define TABLE_OR_PAGE UINT64_C(2)
#define READ_ONLY (UINT64_C(1) << 7)
#define NEVER_AT_EL1 (UINT64_C(1) << 53)
#define ADDRESS ((UINT64_C(1) << 48) - 4096)

enum { ENTRIES = 512, ROOT_LEVEL = 2 };

static uintptr_t last_table;

/* Tables forbid nothing: the recipe sets rights in the last level only, and a bit of another level would show as an address. */
static void walk(const volatile uint64_t *table, uint64_t address, unsigned level)
{
	uint64_t size = UINT64_C(1) << (12 + 9 * level);

	if ((uintptr_t)table > last_table)
		last_table = (uintptr_t)table;
	for (unsigned i = 0; i < ENTRIES; i++, address += size) {
		uint64_t here = table[i];

		if (!(here & VALID))
			continue;
		if (level > 0 && here & TABLE_OR_PAGE) {
			walk((const volatile uint64_t *)(uintptr_t)(here & ADDRESS), address, level - 1);
			continue;
		}
		if ((here & ADDRESS) != address)
			printf("moved %" PRIx64 " %" PRIx64 "\n", address, here & ADDRESS);
		take_page(address, size, !(here & READ_ONLY), !(here & NEVER_AT_EL1));
	}
}

#define PRINT_REGISTER(name, text)                                                   \
	do {                                                                         \
		uint64_t value;                                                      \
		__asm__ volatile("mrs %0, " name : "=r"(value));                     \
		printf(text " %" PRIx64 "\n", value);                                \
	} while (0)

int main(void)
{
	uint64_t root, features;

	printf("heap %lx\n", (unsigned long)prepare());
	PRINT_REGISTER("sctlr_el1", "sctlr");
	PRINT_REGISTER("CurrentEL", "level");
	PRINT_REGISTER("spsel", "spsel");
	__asm__("mrs %0, id_aa64mmfr1_el1" : "=r"(features));
	if (features >> 20 & 0xf)
		PRINT_REGISTER("s3_0_c4_c2_3", "pan");
	__asm__("mrs %0, ttbr0_el1" : "=r"(root));
	walk((const volatile uint64_t *)(uintptr_t)(root & ADDRESS), 0, ROOT_LEVEL);
	end_range();
	printf("table %lx\n", (unsigned long)last_table);
	return 0;
}
