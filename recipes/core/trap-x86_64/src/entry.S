/*
 * The 32 exceptions of the processor: descriptor tables and the way into trap_handle.
 *
 * One gate per vector would want one stub per vector. Instead all gates lead into one row of `push %rax`, two for
 * each vector, vector 0 first: the further in, the fewer pushes. Every trap starts at the same address
 * of the same stack (IST 1), so the depth tells the vector; and because the processor pushes an error code for some
 * vectors only, an odd depth tells that there is one. trap_handle does this arithmetic.
 *
 * Section names of the manual are those of Intel's SDM, volume 3A.
 */

#include "boot_x86_64.h"
#include "trap_x86_64.h"

#define CODE_SELECTOR 8
#define GATE_INTERRUPT_IST1 0x8e01 /* present, ring 0, 64-bit interrupt gate; stack 1 of the TSS */
#define TSS_PRESENT_AVAILABLE 0x89
#define TSS_LIMIT 0x67
#define TSS_IST1 36

/* "64-Bit Mode Stack Frame": SS, RSP, RFLAGS, CS, RIP from the top of the stack down. */
#define FRAME_RSP 16
#define FRAME_RFLAGS 24
#define FRAME_RIP 40

	.section .text.trap_entry, "ax"
trap_row:
	.rept 2 * TRAP_VECTORS
	push %rax
	.endr
	push %r15
	push %r14
	push %r13
	push %r12
	push %r11
	push %r10
	push %r9
	push %r8
	push %rdi
	push %rsi
	push %rdx
	push %rcx
	push %rbx
	push %rax
	push %rbp
	push trap_stack_end - FRAME_RFLAGS
	push trap_stack_end - FRAME_RSP
	push trap_stack_end - FRAME_RIP
	mov %rsp, %rdi
	cld
	call trap_handle

	.globl trap_start
trap_start:
	/* "64-Bit Mode IDT": 16 bytes each; the upper 8 bytes of the address and of the gate stay 0. */
	mov $trap_row, %eax
	mov $trap_idt, %edi
1:	mov %eax, 4(%rdi)
	mov %ax, (%rdi)
	movb $CODE_SELECTOR, 2(%rdi)
	movw $GATE_INTERRUPT_IST1, 4(%rdi)
	add $16, %edi
	add $2, %eax
	cmp $trap_row + 2 * TRAP_VECTORS, %eax
	jb 1b
	lidt trap_idt_pointer

	/*
	 * "Interrupt Stack Table": without a stack of its own a trap on a full stack could not be reported. The TSS
	 * lies behind the IDT, where %edi points now; its descriptor holds the address in three pieces.
	 */
	movl $trap_stack_end, TSS_IST1(%rdi)
	mov $boot_gdt + BOOT_TSS_SELECTOR, %eax
	movb $TSS_LIMIT, (%rax)
	mov %edi, 2(%rax)
	shr $24, %edi
	movb $TSS_PRESENT_AVAILABLE, 5(%rax)
	mov %dil, 7(%rax)
	mov $BOOT_TSS_SELECTOR, %eax
	ltr %ax
	ret

trap_idt_pointer:
	.word 16 * TRAP_VECTORS - 1
	.quad trap_idt

	.section .bss.trap, "aw", @nobits
	.balign 16
	.globl trap_stack
trap_idt:
	.skip 16 * TRAP_VECTORS
trap_tss:
	.skip TSS_LIMIT + 1
	.balign 16
trap_stack:
	.skip TRAP_STACK_SIZE
trap_stack_end:
