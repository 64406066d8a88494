/* Names and layout of the trap report. */

#include "trap_report.h"

#include "report.h"

enum { WORDS_PER_LINE = 4 };

/* The names of the vectors in order, each ended by NUL; the manual's words (Intel SDM 3A, "Exception Reference"). */
static const char vector_names[] =
	"divide-error\0debug\0nmi\0breakpoint\0overflow\0bound-range\0invalid-opcode\0no-device\0"
	"double-fault\0coprocessor-overrun\0invalid-tss\0segment-not-present\0stack-fault\0general-protection\0"
	"page-fault\0reserved\0x87-error\0alignment-check\0machine-check\0simd-error\0virtualization\0"
	"control-protection\0reserved";

static const char register_names[] =
	" rip=\0 rsp=\0 rflags=\0 rbp=\0 rax=\0 rbx=\0 rcx=\0 rdx=\0 rsi=\0 rdi=\0"
	" r8=\0 r9=\0 r10=\0 r11=\0 r12=\0 r13=\0 r14=\0 r15=";

/* The text after the next NUL. */
static const char *next_text(const char *text)
{
	while (*text++ != '\0')
		;
	return text;
}

void trap_report_begin(unsigned vector)
{
	const char *name = vector_names;
	while (vector-- > 0 && name < vector_names + sizeof(vector_names) - sizeof("reserved"))
		name = next_text(name);
	report_text("trap: ");
	report_text(name);
}

void trap_report_end(const uint64_t registers[TRAP_REGISTERS], const uint64_t *stack, const uint64_t *stack_end)
{
	const char *name = register_names;
	report_text("\ntrap:");
	for (unsigned i = 0; i < TRAP_REGISTERS; i++, name = next_text(name)) {
		report_number(name, registers[i], 16);
		if (i > 0 && i % 3 == 0) /* four in the first line, then three: they fit 78 columns */
			report_text("\ntrap:");
	}
	for (unsigned i = 0; i < OPTION_STACK_WORDS && stack < stack_end; i++, stack++) {
		if (i % WORDS_PER_LINE == 0) {
			report_number("\ntrap: stack ", (uintptr_t)stack, 16);
			report_text(":");
		}
		report_number(" ", *stack, 16);
	}
	report_text("\ntrap: end\n");
}
