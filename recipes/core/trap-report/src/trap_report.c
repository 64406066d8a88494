/* Names and layout of the trap report. */

#include "trap_report.h"

#include <stddef.h>

#include "report.h"

#define X REPORT_HEX

enum { WORDS_PER_LINE = 4 };

void trap_report_name(unsigned vector)
{
	/*
	 * By vector, in the manual's words (Intel SDM 3A, "Exception Reference"); empty for those that only other
	 * modes or features than ours raise. Texts one after the other need no table of pointers.
	 */
	const char *name =
		"divide-error\0debug\0nmi\0breakpoint\0\0\0invalid-opcode\0\0double-fault\0\0\0\0stack-fault\0"
		"general-protection\0page-fault\0\0x87-error\0\0machine-check\0simd-error\0\0\0\0\0\0\0\0\0\0\0\0";
	while (vector-- > 0)
		while (*name++ != '\0')
			;
	report("trap: ", NULL);
	report(*name != '\0' ? name : "exception", NULL);
}

void trap_report_state(const uint64_t registers[TRAP_REGISTERS], const uint64_t *stack, const uint64_t *stack_end)
{
	report("\ntrap: rip=" X " rsp=" X " rflags=" X " rbp=" X "\ntrap: rax=" X " rbx=" X " rcx=" X "\ntrap: rdx=" X
	       " rsi=" X " rdi=" X "\ntrap: r8=" X " r9=" X " r10=" X "\ntrap: r11=" X " r12=" X " r13=" X
	       "\ntrap: r14=" X " r15=" X,
	       registers);
	for (unsigned i = 0; i < OPTION_STACK_WORDS && stack < stack_end; i++, stack++) {
		const uint64_t address = (uintptr_t)stack;
		if (i % WORDS_PER_LINE == 0)
			report("\ntrap: stack " X ":", &address);
		report(" " X, stack);
	}
	report("\ntrap: end\n", NULL);
}
