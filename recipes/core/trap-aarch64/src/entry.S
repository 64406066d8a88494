/*
 * What every exception vector does (trap.c writes them): it has pushed x29 and x30 and called this, so that x30 tells
 * the vector. main runs on SP_EL0, so that its traps come by the first four vectors ("Current EL with SP_EL0"; Arm ARM DDI 0487,
 * D1.3 "Exception entry"), with SP_EL1 at the top of the trap stack.
 */

	.section .text.trap_entry, "ax"
	.globl trap_entry
	.type trap_entry, @function
trap_entry:
	tbnz x30, #9, trap_again    /* by the next four vectors: a trap on the trap stack */
	stp x27, x28, [sp, #-16]!
	stp x25, x26, [sp, #-16]!
	stp x23, x24, [sp, #-16]!
	stp x21, x22, [sp, #-16]!
	stp x19, x20, [sp, #-16]!
	stp x17, x18, [sp, #-16]!
	stp x15, x16, [sp, #-16]!
	stp x13, x14, [sp, #-16]!
	stp x11, x12, [sp, #-16]!
	stp x9, x10, [sp, #-16]!
	stp x7, x8, [sp, #-16]!
	stp x5, x6, [sp, #-16]!
	stp x3, x4, [sp, #-16]!
	stp x1, x2, [sp, #-16]!
	mrs x1, spsr_el1
	stp x1, x0, [sp, #-16]!
	mrs x1, elr_el1
	mrs x2, sp_el0
	stp x1, x2, [sp, #-16]!
	mov x0, sp
	b trap_handle
trap_again:
	b trap_end
