/* void signals_call_on(void *stack_end, void (*handler)(int), int number, struct signal_info *info) */

	.section .text.signals_call_on, "ax"
	.globl signals_call_on
	.type signals_call_on, @function
signals_call_on:
	push %rbp
	mov %rsp, %rbp
	mov %rdi, %rsp
	and $-16, %rsp
	mov %rsi, %rax
	mov %edx, %edi
	mov %rcx, %rsi
	xor %edx, %edx
	call *%rax
	mov %rbp, %rsp
	pop %rbp
	ret
	.size signals_call_on, . - signals_call_on
