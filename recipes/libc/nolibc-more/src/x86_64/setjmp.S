/*
 * Jumps out of functions. What a call keeps (System V ABI, section 3.2.1) and where it would return: rbx, rbp, r12 to
 * r15, rsp as after the return, and the address.
 */

	.section .text.setjmp, "ax", @progbits
	.globl setjmp, _setjmp
	.type setjmp, @function
	.type _setjmp, @function
setjmp:
_setjmp:
	mov	%rbx, (%rdi)
	mov	%rbp, 8(%rdi)
	mov	%r12, 16(%rdi)
	mov	%r13, 24(%rdi)
	mov	%r14, 32(%rdi)
	mov	%r15, 40(%rdi)
	lea	8(%rsp), %rdx
	mov	%rdx, 48(%rdi)
	mov	(%rsp), %rdx
	mov	%rdx, 56(%rdi)
	xor	%eax, %eax
	ret
	.size setjmp, . - setjmp
	.size _setjmp, . - _setjmp

	.section .text.longjmp, "ax", @progbits
	.globl longjmp, _longjmp, siglongjmp
	.type longjmp, @function
	.type _longjmp, @function
	.type siglongjmp, @function
longjmp:
_longjmp:
siglongjmp:
	cmp	$1, %esi		/* a value of 0 becomes 1 */
	adc	$0, %esi
	mov	%esi, %eax
	mov	(%rdi), %rbx
	mov	8(%rdi), %rbp
	mov	16(%rdi), %r12
	mov	24(%rdi), %r13
	mov	32(%rdi), %r14
	mov	40(%rdi), %r15
	mov	48(%rdi), %rsp
	jmp	*56(%rdi)
	.size longjmp, . - longjmp
	.size _longjmp, . - _longjmp
	.size siglongjmp, . - siglongjmp

	.section .note.GNU-stack, "", @progbits
