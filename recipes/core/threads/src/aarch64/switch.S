/*
 * From one thread to another: what a function must leave as it was ("Procedure Call Standard for the Arm 64-bit Architecture",
 * section 6.1), the control bits of floating point among it, goes onto the stack of one and comes from the stack of the other.
 */

#define FRAME 176

	.section .text.threads_switch, "ax"
	.globl threads_switch, threads_prepare
	.type threads_switch, @function
/* void threads_switch(void **from, void *to): put the stack pointer into *from, and go on with `to`. */
threads_switch:
	sub sp, sp, #FRAME
	stp x29, x30, [sp]
	stp x19, x20, [sp, #16]
	stp x21, x22, [sp, #32]
	stp x23, x24, [sp, #48]
	stp x25, x26, [sp, #64]
	stp x27, x28, [sp, #80]
	stp d8, d9, [sp, #96]
	stp d10, d11, [sp, #112]
	stp d12, d13, [sp, #128]
	stp d14, d15, [sp, #144]
	mrs x2, fpcr
	str x2, [sp, #160]
	mov x3, sp
	str x3, [x0]
	mov sp, x1
	ldr x3, [sp, #160]
	cmp x2, x3
	b.eq 1f                     /* writing it is slow, and it is nearly always the same */
	msr fpcr, x3
1:
	ldp x29, x30, [sp]
	ldp x19, x20, [sp, #16]
	ldp x21, x22, [sp, #32]
	ldp x23, x24, [sp, #48]
	ldp x25, x26, [sp, #64]
	ldp x27, x28, [sp, #80]
	ldp d8, d9, [sp, #96]
	ldp d10, d11, [sp, #112]
	ldp d12, d13, [sp, #128]
	ldp d14, d15, [sp, #144]
	add sp, sp, #FRAME
	ret
	.size threads_switch, . - threads_switch

	.type threads_prepare, @function
/* void *threads_prepare(void *end): what `to` is for a thread that begins with threads_begin, on the stack that ends at `end`. */
threads_prepare:
	sub x0, x0, #FRAME
	mov x1, x0
1:	stp xzr, xzr, [x1], #16
	add x2, x0, #FRAME
	cmp x1, x2
	b.lo 1b
	adr x1, threads_entry
	str x1, [x0, #8]
	ret
	.size threads_prepare, . - threads_prepare

	.type threads_entry, @function
threads_entry:
	mov x30, xzr                /* the outermost frame, for debuggers */
	b threads_begin
	.size threads_entry, . - threads_entry
