#ifndef BOOT_AARCH64_H
#define BOOT_AARCH64_H

/*
 * What the boot recipe of aarch64 machines leaves behind for the recipes that it hands over to.
 * Addresses are physical addresses; the page tables map each to itself.
 */

#include <stdint.h>

#include "boot_command_line.h"
#include "machine.h"

enum { BOOT_PAGE_SIZE = 4096 };

/* The stack of `main`; grows down from `boot_stack_end`. The page below `boot_stack` is not mapped. */
extern char boot_stack[], boot_stack_end[];

/* The stack of traps, which boot code runs on before there is a page table. */
extern char boot_trap_stack_end[];

/* The page of the exception vectors; executable and not writable as soon as there are page tables. */
extern uint32_t boot_vectors[BOOT_PAGE_SIZE / sizeof(uint32_t)];

/* What is known of the machine; the device tree fills it. */
struct boot_machine {
	uintptr_t uart;             /* address of the console's PL011, 0: none is known */
	struct memory_range memory; /* the range of RAM that the image is in */
	uint64_t seed;              /* random bits of the device tree and of the command line, 0: none */
	char nonce[8];              /* by which the guest reports its end, all zero: nobody waits for it */
	uint32_t entered_at_el2;    /* whether firmware is called by smc; if not, a hypervisor by hvc */
};
extern struct boot_machine boot_machine;

/* Rights of mapped pages. */
enum boot_rights { BOOT_CODE, BOOT_CONSTANTS, BOOT_DATA, BOOT_DEVICE };

/* Physical addresses end here: what the tables' three levels can map. */
#define BOOT_ADDRESS_END (UINT64_C(1) << 39)

/* Map the pages from `start`, aligned, until `end` is covered. Context: boot and init calls. */
void boot_map(uintptr_t start, uintptr_t end, enum boot_rights rights);

/* Take the pages away again; they were mapped by pages. Context: boot and init calls. */
void boot_unmap(uintptr_t start, uintptr_t end);

/* The first page that neither the image nor its page tables take. Context: any. */
uintptr_t boot_tables_end(void);

#endif
