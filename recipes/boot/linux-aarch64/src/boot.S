/*
 * From the kernel's entry to the first C function of an ordinary static process. Entry state (the kernel's
 * start_thread and binfmt_elf.c): sp points to argc, aligned to 16; all other registers are 0.
 */

	.section .text.boot_entry, "ax"
	.globl boot_entry
boot_entry:
	mov	x19, sp
	adrp	x0, boot_words
	str	x19, [x0, #:lo12:boot_words]
	bl	trap_start
	bl	image_init
	ldr	x0, [x19], #8			/* argc */
	mov	x1, x19				/* argv, ended by a zero */
	add	x2, x19, x0, lsl #3
	add	x2, x2, #8			/* envp */
	bl	start

	.section .bss.boot_words, "aw", @nobits
	.globl boot_words
	.balign 8
boot_words:
	.skip 8
