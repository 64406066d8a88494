/*
 * Copy and fill by the string instructions: shorter than any loop, and fast on processors that have
 * fast short strings. Arguments: rdi, rsi, rdx; result: rax (System V ABI, section 3.2.3).
 */

	.section .text.memmove, "ax", @progbits
	.globl memmove
	.type memmove, @function
memmove:
	mov	%rdi, %rax
	mov	%rdx, %rcx
	mov	%rdi, %r8
	sub	%rsi, %r8
	cmp	%rdx, %r8		/* unsigned: true only if the target begins inside the source */
	jb	1f
	rep movsb
	ret
1:	lea	-1(%rdi, %rdx), %rdi	/* from the last byte down */
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
	rep movsb
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
