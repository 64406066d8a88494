/*
 * From the PVH entry to the first C function: page tables, protections, long mode.
 *
 * Entry state (PVH boot ABI of Xen's docs/misc/pvh.pandoc): 32-bit protected mode, flat segments, paging and
 * interrupts off, %ebx the physical address of hvm_start_info; no stack. The loader has cleared bss.
 *
 * Section names of the manual are those of Intel's SDM, volume 3A.
 */

#include "boot_x86_64.h"

#define START_INFO_COMMAND_LINE 24

#define PAGE_SIZE 4096
#define PAGE_PRESENT 1
#define PAGE_WRITE 2
#define PAGE_NX_HIGH 0x80000000 /* bit 63: no instruction fetch; in the entry's upper half */

#define CR0_PG_WP_NE_ET_MP_PE 0x80010033
#define CR4_PAE_OSFXSR_OSXMMEXCPT 0x620

#define MSR_EFER 0xc0000080
#define EFER_LME_NXE 0x900

#define GDT_CODE_SELECTOR 8
#define GDT_CODE_HIGH 0x00209b00 /* present, ring 0, code, readable, accessed, 64-bit */

/* The loader finds the entry by this note (name "Xen", type XEN_ELFNOTE_PHYS32_ENTRY). */
	.section .note.Xen, "a", @note
	.balign 4
	.long 4, 4, 18
	.asciz "Xen"
	.long boot_entry

	.section .text.boot_entry, "ax"
	.code32
	.globl boot_entry
boot_entry:
	cld
	mov $boot_stack_end, %esp
	mov %ebx, boot_start_info

	/* The command line lies where nothing will be mapped, so it is copied now. No line: address 0. */
	mov START_INFO_COMMAND_LINE(%ebx), %esi
	test %esi, %esi
	jz 2f
	mov $boot_command_line, %edi
	mov $BOOT_COMMAND_LINE_SIZE, %ecx
1:	lodsb
	stosb
	test %al, %al
	loopnz 1b
2:
	/*
	 * Page tables ("4-Level Paging and 5-Level Paging"). Root, pointers and directory are in bss. The lowest
	 * tables are one array in the pages behind the image, which maps address 0 to the image's end; at
	 * first it maps nothing: not the null page, no device, no memory but the image's.
	 */
	mov $image_end, %ebp
	lea 0x1fffff(%ebp), %edx
	shr $21, %edx               /* how many: one for each 2 MiB */
	mov %edx, %ecx
	shl $10, %ecx
	mov %ebp, %edi
	xor %eax, %eax
	rep stosl

	lea PAGE_PRESENT + PAGE_WRITE(%ebp), %eax
	mov $boot_page_directory, %edi
2:	mov %eax, (%edi)
	add $8, %edi
	add $PAGE_SIZE, %eax
	dec %edx
	jnz 2b
	movl $boot_page_directory + PAGE_PRESENT + PAGE_WRITE, boot_page_pointers
	movl $boot_page_pointers + PAGE_PRESENT + PAGE_WRITE, boot_page_root

	/* The segments: code is not writable, everything else not executable. %edx is 0 here. */
	lea PAGE_PRESENT(%edx), %ebx
	mov $image_rx_start, %eax
	mov $image_rx_end, %ecx
	call boot_map
	mov $PAGE_NX_HIGH, %edx
	mov $image_r_start, %eax
	mov $image_r_end, %ecx
	call boot_map
	mov $PAGE_PRESENT + PAGE_WRITE, %bl
	mov $image_rw_start, %eax
	mov $image_rw_end, %ecx
	call boot_map

	/* The page below the stack goes away again, so that an overflow traps. */
	mov $boot_stack - PAGE_SIZE, %eax
	shr $9, %eax
	andb $~PAGE_PRESENT, (%ebp, %eax)

	/* SMEP, SMAP and UMIP where CPUID leaf 7 has them ("CPUID", volume 2A; "Control Registers"). */
	mov $CR4_PAE_OSFXSR_OSXMMEXCPT, %esi
	xor %eax, %eax
	cpuid
	cmp $7, %eax
	jb 3f
	mov $7, %eax
	xor %ecx, %ecx
	cpuid
	and $1 << 2, %ecx           /* UMIP: ECX bit 2, CR4 bit 11 */
	shl $11 - 2, %ecx
	or %ecx, %esi
	and $1 << 20 | 1 << 7, %ebx
	movzbl %bl, %eax            /* SMEP: EBX bit 7, CR4 bit 20 */
	shl $20 - 7, %eax
	or %eax, %esi
	xor %bl, %bl                /* SMAP: EBX bit 20, CR4 bit 21 */
	add %ebx, %ebx
	or %ebx, %esi
3:
	/*
	 * Long mode, in the order of "Initializing IA-32e Mode": physical address extension, the root table,
	 * EFER.LME (with NXE, so that bit 63 forbids fetching), and paging at last, with WP so that read-only holds in
	 * ring 0 too. The far jump loads a 64-bit code segment; the mode in between is 32-bit compatibility mode.
	 */
	mov %esi, %cr4
	mov $boot_page_root, %eax
	mov %eax, %cr3
	mov $MSR_EFER, %ecx
	xor %edx, %edx
	mov $EFER_LME_NXE, %eax
	wrmsr
	mov $CR0_PG_WP_NE_ET_MP_PE, %eax
	mov %eax, %cr0
	.type boot_mapped, @object   /* a place, not a function of its own */
boot_mapped:
	movl $GDT_CODE_HIGH, boot_gdt + GDT_CODE_SELECTOR + 4
	lgdt boot_gdt_pointer
	ljmp $GDT_CODE_SELECTOR, $boot_long_mode

/*
 * Map the pages from %eax up to %ecx, both aligned, to themselves, with %ebx as the lower half's flags and %edx as
 * the upper half. At least one page.
 */
boot_map:
	mov %eax, %edi
	shr $9, %edi
	add %ebp, %edi
	add %ebx, %eax
1:	stosl
	mov %edx, (%edi)
	add $4, %edi
	add $PAGE_SIZE, %eax
	cmp %ecx, %eax
	jb 1b
	ret

boot_gdt_pointer:
	.word 4 * 8 - 1
	.long boot_gdt

	.code64
boot_long_mode:
	fninit                      /* reset leaves another x87 control word than the ABI wants */
	xor %ebp, %ebp
	call trap_start
	call image_init
	call arguments_start

	.section .bss.boot, "aw", @nobits
	.globl boot_page_root, boot_page_directory, boot_stack, boot_stack_end
	.balign PAGE_SIZE
boot_page_root:
	.skip PAGE_SIZE
boot_page_pointers:
	.skip PAGE_SIZE
boot_page_directory:
	.skip PAGE_SIZE
	.skip PAGE_SIZE             /* the guard page */
boot_stack:
	.skip OPTION_STACK_SIZE
	.balign 16
boot_stack_end:

	.section .bss.boot_small, "aw", @nobits
	.globl boot_gdt, boot_command_line, boot_start_info
	.balign 8
boot_gdt:
	.skip 4 * 8
boot_start_info:
	.skip 4
boot_command_line:
	.skip BOOT_COMMAND_LINE_SIZE
