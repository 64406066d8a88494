/*
 * From the arm64 Image's first instruction to the first C function.
 *
 * Entry state (Linux, "Booting AArch64 Linux", section 4): EL1 or EL2, MMU off, x0 the physical address of the
 * device tree; the file is at its place, nothing is cleared. Names of registers and fields are those of the Arm ARM (DDI 0487).
 */

#define IMAGE_FLAGS 2               /* little-endian, pages of 4 KiB, near the start of memory */
#define IMAGE_OFFSET 0x200000       /* from the start of memory, as the address it is linked for */

#define HCR_RW (1 << 31)            /* EL1 is 64-bit */
#define CNTHCTL_EL1 3               /* EL1 may use the physical counter and timer */
#define CPTR_RES1 0x33ff
#define SPSR_EL1H_MASKED 0x3c5

#define SCTLR_RES1 0x30d00800
#define SCTLR_M_C_SA_I_WXN 0x8100d  /* MMU, caches, stack alignment, writable is never executable */
#define TCR_39_BITS_CACHED (25 | 1 << 8 | 1 << 10 | 3 << 12 | 1 << 23 | 2 << 32)
#define MAIR_NORMAL_DEVICE 0x04ff   /* index 0: write-back, 1: Device-nGnRE */
#define CPACR_FPEN (3 << 20)

#define MACHINE_ENTERED_AT_EL2 40   /* struct boot_machine */

#include "at_el2.h"

	.macro address register, symbol
	adrp \register, \symbol
	add \register, \register, :lo12:\symbol
	.endm

	.section .head, "ax"
	.globl boot_image
	.type boot_image, @function
boot_image:
	b boot_entry
	.long 0
	.quad IMAGE_OFFSET
	.quad image_size
	.quad IMAGE_FLAGS
	.quad 0, 0, 0
	.ascii "ARM\x64"
	.long 0

	.section .text.boot_entry, "ax"
	.type boot_entry, @function
boot_entry:
	mov x19, x0
	ldr x21, =SCTLR_RES1
	mrs x1, CurrentEL
	ubfx x20, x1, #3, #1        /* 1 at EL2 */
	cbz x20, 1f

	/* From EL2 to EL1, which then has the counter, the vector registers and the same reset state as under a hypervisor. */
	mov x1, #HCR_RW
	msr hcr_el2, x1
	mov x1, #CNTHCTL_EL1
	msr cnthctl_el2, x1
	msr cntvoff_el2, xzr
	mov x1, #CPTR_RES1
	msr cptr_el2, x1
	allow_interrupt_controller
	msr sctlr_el1, x21
	mov x1, #SPSR_EL1H_MASKED
	msr spsr_el2, x1
	adr x1, 1f
	msr elr_el2, x1
	eret
1:
	/*
	 * The file has its segments one after the other: rx, which is in its place, r, rw. Move the last bytes
	 * first, for every place is above its source.
	 */
	address x1, image_rw_bytes_end
	address x2, image_rw_bytes_start
	address x3, image_r_bytes_end
	address x4, image_r_bytes_start
	address x5, image_rx_bytes_end
	mov x6, x1
	sub x7, x3, x4
	add x5, x5, x7
	sub x7, x1, x2
	add x5, x5, x7
2:	cmp x6, x2
	b.eq 3f
	ldr x7, [x5, #-8]!
	str x7, [x6, #-8]!
	b 2b
3:	cmp x3, x4
	b.eq 4f
	ldr x7, [x5, #-8]!
	str x7, [x3, #-8]!
	b 3b
4:
	address x2, image_zero_end
5:	stp xzr, xzr, [x1], #16     /* up to 15 bytes too many are of memory that is not set */
	cmp x1, x2
	b.lo 5b

	address x1, boot_machine
	str w20, [x1, #MACHINE_ENTERED_AT_EL2]
	address x1, boot_trap_stack_end
	mov sp, x1
	bl trap_start
	bl boot_tables
	mov x22, x0

	/* What was written went past the caches: nothing older may be left in them. The writes come first. */
	dmb sy
	address x1, image_start
	address x2, image_zero_end
	ldr x3, =image_size
	add x3, x1, x3
	mrs x4, ctr_el0
	ubfx x4, x4, #16, #4        /* DminLine */
	mov x5, #4
	lsl x4, x5, x4
	bl boot_invalidate
	address x1, image_end       /* the page tables */
	mov x2, x3
	bl boot_invalidate
	ic iallu
	tlbi vmalle1
	dsb sy

	mov x1, #MAIR_NORMAL_DEVICE
	msr mair_el1, x1
	ldr x1, =TCR_39_BITS_CACHED
	msr tcr_el1, x1
	msr ttbr0_el1, x22
	mov x1, #CPACR_FPEN
	msr cpacr_el1, x1
	isb
	ldr x1, =SCTLR_M_C_SA_I_WXN
	orr x1, x1, x21
	msr sctlr_el1, x1
	isb
	.type boot_mapped, @object   /* a place, not a function of its own */
boot_mapped:

	mrs x1, id_aa64mmfr1_el1
	tst x1, #0xf << 20          /* PAN */
	b.eq 7f
	.inst 0xd500419f            /* msr pan, #1, for assemblers that only know Armv8.0 */
7:
	/* main runs on SP_EL0, so that a trap on a full stack has SP_EL1, which is the trap stack's. */
	msr spsel, #0
	address x1, boot_stack_end
	mov sp, x1
	mov x29, xzr                /* the outermost frame, for debuggers */
	mov x30, xzr
	mov x0, x19
	bl device_tree_start
	bl image_init
	bl arguments_start

/* Drop what data caches have of the bytes from x1 up to x2, by lines of x4 bytes. */
boot_invalidate:
	dc ivac, x1
	add x1, x1, x4
	cmp x1, x2
	b.lo boot_invalidate
	ret

	.ltorg

	.section .bss.boot_trap_stack, "aw", @nobits
	.globl boot_trap_stack_end
	.balign 16
	.skip 4096
boot_trap_stack_end:

	.section .bss.boot_vectors, "aw", @nobits
	.globl boot_vectors
	.balign 4096
boot_vectors:
	.skip 4096

	.section .bss.boot_machine, "aw", @nobits
	.globl boot_machine
	.balign 8
boot_machine:
	.skip 48

	.section .bss.boot_command_line, "aw", @nobits
	.globl boot_command_line
boot_command_line:
	.skip 2048

	.section .noinit.boot_stack, "aw", @nobits
	.globl boot_stack, boot_stack_end
	.balign 4096
	.skip 4096                  /* the guard page */
boot_stack:
	.skip OPTION_STACK_SIZE
	.balign 16
boot_stack_end:
