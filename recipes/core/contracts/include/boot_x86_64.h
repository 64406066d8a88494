#ifndef BOOT_X86_64_H
#define BOOT_X86_64_H

/*
 * What the boot recipe of x86_64 machines leaves behind for the recipes that it hands over to.
 * Assembly reads this file too, for the constants.
 */

/* The selector of the 16 bytes in `boot_gdt` that stay free for a task-state segment. */
#define BOOT_TSS_SELECTOR 16

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
 * The entry for `address` in the table of `level`, if that is there. machine_free_memory lets the root's last entry name the
 * root itself, so that from then on every table in use appears as data at the top of the address space.
 */
static inline volatile uint64_t *boot_page_entry(uintptr_t address, enum boot_page_level level)
{
	return (volatile uint64_t *)(-(UINT64_C(1) << (39 - 9 * level)) + (address >> (12 + 9 * level)) * sizeof(uint64_t));
}

/* The global descriptor table: null, 64-bit code, and room for one task-state segment. */
extern uint64_t boot_gdt[4];

#endif

#endif
