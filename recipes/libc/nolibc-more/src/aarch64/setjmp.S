/*
 * Jumps out of functions. What a call keeps (AAPCS64, section 6.1): x19 to x30, sp, and the lower halves of v8 to v15.
 */

	.section .text.setjmp, "ax", @progbits
	.globl setjmp, _setjmp
	.type setjmp, @function
	.type _setjmp, @function
setjmp:
_setjmp:
	mov	x2, sp
	stp	x19, x20, [x0]
	stp	x21, x22, [x0, #16]
	stp	x23, x24, [x0, #32]
	stp	x25, x26, [x0, #48]
	stp	x27, x28, [x0, #64]
	stp	x29, x30, [x0, #80]
	str	x2, [x0, #96]
	stp	d8, d9, [x0, #112]
	stp	d10, d11, [x0, #128]
	stp	d12, d13, [x0, #144]
	stp	d14, d15, [x0, #160]
	mov	w0, #0
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
	ldp	x19, x20, [x0]
	ldp	x21, x22, [x0, #16]
	ldp	x23, x24, [x0, #32]
	ldp	x25, x26, [x0, #48]
	ldp	x27, x28, [x0, #64]
	ldp	x29, x30, [x0, #80]
	ldr	x2, [x0, #96]
	ldp	d8, d9, [x0, #112]
	ldp	d10, d11, [x0, #128]
	ldp	d12, d13, [x0, #144]
	ldp	d14, d15, [x0, #160]
	mov	sp, x2
	cmp	w1, #0			/* a value of 0 becomes 1 */
	csinc	w0, w1, wzr, ne
	ret
	.size longjmp, . - longjmp
	.size _longjmp, . - _longjmp
	.size siglongjmp, . - siglongjmp

	.section .note.GNU-stack, "", @progbits
