/* void signals_call_on(void *stack_end, void (*handler)(int), int number, struct signal_info *info) */

	.section .text.signals_call_on, "ax"
	.globl signals_call_on
	.type signals_call_on, @function
signals_call_on:
	stp x29, x30, [sp, #-16]!
	mov x29, sp
	and x0, x0, #-16
	mov sp, x0
	mov x8, x1
	mov w0, w2
	mov x1, x3
	mov x2, xzr
	blr x8
	mov sp, x29
	ldp x29, x30, [sp], #16
	ret
	.size signals_call_on, . - signals_call_on
