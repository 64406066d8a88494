/*
 * Copy and fill in steps of 16 bytes and then of one: short, and fast enough for blocks of any size. Memory
 * may be unaligned. Arguments: x0, x1, x2; result: x0 (AAPCS64, section 6.4).
 */

	.section .text.memcpy, "ax", @progbits
	.globl memcpy
	.type memcpy, @function
memcpy:
	mov	x3, x0
1:	subs	x2, x2, #16
	b.lo	2f
	ldp	x4, x5, [x1], #16
	stp	x4, x5, [x3], #16
	b	1b
2:	adds	x2, x2, #16
	b.eq	4f
3:	ldrb	w4, [x1], #1
	strb	w4, [x3], #1
	subs	x2, x2, #1
	b.ne	3b
4:	ret
	.size memcpy, . - memcpy

	.section .text.memmove, "ax", @progbits
	.globl memmove
	.type memmove, @function
memmove:
	sub	x3, x0, x1
	cmp	x3, x2			/* unsigned: lower only if the target begins inside the source */
	b.hs	memcpy			/* which loads each step before it stores it */
	add	x1, x1, x2		/* from the last byte down */
	add	x3, x0, x2
1:	subs	x2, x2, #16
	b.lo	2f
	ldp	x4, x5, [x1, #-16]!
	stp	x4, x5, [x3, #-16]!
	b	1b
2:	adds	x2, x2, #16
	b.eq	4f
3:	ldrb	w4, [x1, #-1]!
	strb	w4, [x3, #-1]!
	subs	x2, x2, #1
	b.ne	3b
4:	ret
	.size memmove, . - memmove

	.section .text.memset, "ax", @progbits
	.globl memset
	.type memset, @function
memset:
	and	x1, x1, #0xff
	orr	x1, x1, x1, lsl #8
	orr	x1, x1, x1, lsl #16
	orr	x1, x1, x1, lsl #32
	mov	x3, x0
1:	subs	x2, x2, #16
	b.lo	2f
	stp	x1, x1, [x3], #16
	b	1b
2:	adds	x2, x2, #16
	b.eq	4f
3:	strb	w1, [x3], #1
	subs	x2, x2, #1
	b.ne	3b
4:	ret
	.size memset, . - memset

	.section .note.GNU-stack, "", @progbits
