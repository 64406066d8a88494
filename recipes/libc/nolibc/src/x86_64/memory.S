/*
 * Copy and fill by the string instructions: shorter than any loop, and fast on processors that have
 * fast short strings. An emulator does them step by step, so copies go in steps of 8 bytes.
 * Arguments: rdi, rsi, rdx; result: rax (System V ABI, section 3.2.3).
 */

	.section .text.memmove, "ax", @progbits
	.globl memmove
	.type memmove, @function
memmove:
	mov	%rdi, %rax
	sub	%rsi, %rax
	cmp	%rdx, %rax		/* unsigned: lower only if the target begins inside the source */
	jae	memcpy			/* which loads each step, and the last one first of all, before it stores it */
	mov	%rdi, %rax
	mov	%rdx, %rcx
	lea	-1(%rdi, %rdx), %rdi	/* from the last byte down */
	lea	-1(%rsi, %rdx), %rsi
	std
	rep movsb
	cld				/* section 3.2.1: clear at every call and return */
	ret
	.size memmove, . - memmove

	.section .text.memcpy, "ax", @progbits
	.globl memcpy
	.type memcpy, @function
memcpy:
	mov	%rdi, %rax
	mov	%rdx, %rcx
	cmp	$8, %rdx
	jb	1f
	mov	-8(%rsi, %rdx), %r8	/* the last step, which may begin within the one before */
	shr	$3, %rcx
	rep movsq
	mov	%r8, -8(%rax, %rdx)
	ret
1:	rep movsb
	ret
	.size memcpy, . - memcpy

	.section .text.memset, "ax", @progbits
	.globl memset
	.type memset, @function
memset:
	mov	%rdi, %r8
	mov	%esi, %eax
	mov	%rdx, %rcx
	rep stosb
	mov	%r8, %rax
	ret
	.size memset, . - memset

	.section .note.GNU-stack, "", @progbits
