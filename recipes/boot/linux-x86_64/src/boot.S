/*
 * From the kernel's entry to the first C function of an ordinary static process. Entry state (System V ABI for
 * x86_64, "Process Initialization"): %rsp points to argc, aligned to 16; %rbp is unspecified.
 */

	.section .text.boot_entry, "ax"
	.globl boot_entry
boot_entry:
	xor %ebp, %ebp              /* the outermost frame, for debuggers */
	mov %rsp, %rbx
	mov %rsp, boot_words
	call trap_start
	call image_init
	mov (%rbx), %edi            /* argc */
	lea 8(%rbx), %rsi           /* argv, ended by a zero */
	lea 16(%rbx, %rdi, 8), %rdx /* envp */
	call start

	.section .bss.boot_words, "aw", @nobits
	.globl boot_words
	.balign 8
boot_words:
	.skip 8
