/*
 * From one thread to another: what a function must leave as it was (System V ABI for x86_64, "Registers and the Stack Frame"),
 * the control bits of SSE and x87 among it, goes onto the stack of one and comes from the stack of the other.
 */

#define SSE_AT_RESET 0x1f80
#define X87_AT_RESET 0x37f

	.section .text.threads_switch, "ax"
	.globl threads_switch, threads_prepare
	.type threads_switch, @function
/* void threads_switch(void **from, void *to): put the stack pointer into *from, and go on with `to`. */
threads_switch:
	push %rbp
	push %rbx
	push %r12
	push %r13
	push %r14
	push %r15
	sub $8, %rsp
	stmxcsr (%rsp)
	fnstcw 4(%rsp)
	mov %rsp, (%rdi)
	mov %rsi, %rsp
	ldmxcsr (%rsp)
	fldcw 4(%rsp)
	add $8, %rsp
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbx
	pop %rbp
	ret
	.size threads_switch, . - threads_switch

	.type threads_prepare, @function
/* void *threads_prepare(void *end): what `to` is for a thread that begins with threads_begin, on the stack that ends at `end`. */
threads_prepare:
	lea -72(%rdi), %rax
	movl $SSE_AT_RESET, (%rax)
	movl $X87_AT_RESET, 4(%rax)
	xor %ecx, %ecx
	mov %rcx, 8(%rax)
	mov %rcx, 16(%rax)
	mov %rcx, 24(%rax)
	mov %rcx, 32(%rax)
	mov %rcx, 40(%rax)
	mov %rcx, 48(%rax)          /* %rbp: the outermost frame, for debuggers */
	movq $threads_begin, 56(%rax)
	mov %rcx, 64(%rax)          /* to where threads_begin would return */
	ret
	.size threads_prepare, . - threads_prepare
