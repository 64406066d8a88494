#ifndef TRAP_PROCESSOR_H
#define TRAP_PROCESSOR_H

/* The words of x86_64. */

#include "report.h"
#include "trap_registers_x86_64.h"

#define X REPORT_HEX

/*
 * By vector, in the manual's words (Intel SDM 3A, "Exception Reference"); empty for those that only other
 * modes or features than ours raise.
 */
#define TRAP_NAMES                                                                                      \
	"divide-error\0debug\0nmi\0breakpoint\0\0\0invalid-opcode\0\0double-fault\0\0\0\0stack-fault\0" \
	"general-protection\0page-fault\0\0x87-error\0\0machine-check\0simd-error\0\0\0\0\0\0\0\0\0\0\0\0"

static inline void trap_report_registers(const uint64_t *registers)
{
	report("\ntrap: rip=" X " rsp=" X " rflags=" X " rbp=" X "\ntrap: rax=" X " rbx=" X " rcx=" X "\ntrap: rdx=" X
	       " rsi=" X " rdi=" X "\ntrap: r8=" X " r9=" X " r10=" X "\ntrap: r11=" X " r12=" X " r13=" X
	       "\ntrap: r14=" X " r15=" X,
	       registers);
}

#undef X

#endif
