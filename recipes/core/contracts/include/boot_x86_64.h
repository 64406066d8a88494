#ifndef BOOT_X86_64_H
#define BOOT_X86_64_H

/*
 * What the boot recipe of x86_64 machines leaves behind for the recipes that it hands over to.
 * Assembly reads this file too, for the constants.
 */

/* The selector of the 16 bytes in `boot_gdt` that stay free for a task-state segment. */
#define BOOT_TSS_SELECTOR 16

/* Pages below the image where registers of devices appear, each for one driver; nothing else stays mapped down there. */
#define BOOT_LOCAL_APIC 0x20000
#define BOOT_IO_APICS 0x21000 /* two pages */

#include "boot_command_line.h"

#ifndef __ASSEMBLER__

#include <stdint.h>

/* The stack of `main`; grows down from `boot_stack_end`. The page below `boot_stack` is not mapped. */
extern char boot_stack[], boot_stack_end[];

/* Physical address of the loader's hvm_start_info (PVH boot ABI); not mapped. */
extern uint32_t boot_start_info;

/*
 * The page tables in use: the root, and the directory of the first GiB. The tables that follow it in the
 * tree lie in the pages from image_end on, one for each 2 MiB that the image reaches into.
 */
extern uint64_t boot_page_root[512], boot_page_directory[512];

/* Levels of page tables, from that of the pages up. */
enum boot_page_level { BOOT_PAGE_TABLE, BOOT_PAGE_DIRECTORY, BOOT_PAGE_POINTERS, BOOT_PAGE_ROOT };

/*
 * The entry for `address` in the table of `level`, if that is there. machine_free_memory and boot_map_device let the root's last entry
 * name the root itself, so that from then on every table in use appears as data at the top of the address space.
 */
static inline volatile uint64_t *boot_page_entry(uintptr_t address, enum boot_page_level level)
{
	return (volatile uint64_t *)(-(UINT64_C(1) << (39 - 9 * level)) + (address >> (12 + 9 * level)) * sizeof(uint64_t));
}

/*
 * Map a page of a device at `address`, one of the pages above: written and read at once, never executed. Again: no harm.
 * Context: init calls.
 */
static inline void boot_map_device(uintptr_t address, uint64_t physical)
{
	const uint64_t present_write = 3, uncached = 0x18, no_execute = UINT64_C(1) << 63;
	*(volatile uint64_t *)&boot_page_root[511] = (uintptr_t)boot_page_root | present_write | no_execute;
	*boot_page_entry(address, BOOT_PAGE_TABLE) = physical | present_write | uncached | no_execute;
}

/* The global descriptor table: null, 64-bit code, and room for one task-state segment. */
extern uint64_t boot_gdt[4];

#endif

#endif
