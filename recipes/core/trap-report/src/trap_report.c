/* Names and layout of the trap report. */

#include "trap_report.h"

#include <stddef.h>

#include "processor.h"
#include "report.h"

enum { WORDS_PER_LINE = 4 };

void trap_report_name(unsigned number)
{
	/* Texts one after the other need no table of pointers. */
	const char *name = TRAP_NAMES;
	while (number-- > 0)
		while (*name++ != '\0')
			;
	report("trap: ", NULL);
	report(*name != '\0' ? name : "exception", NULL);
}

void trap_report_state(const uint64_t *registers, const uint64_t *stack, const uint64_t *stack_end)
{
	trap_report_registers(registers);
	for (unsigned i = 0; i < OPTION_STACK_WORDS && stack < stack_end; i++, stack++) {
		const uint64_t address = (uintptr_t)stack;
		if (i % WORDS_PER_LINE == 0)
			report("\ntrap: stack " REPORT_HEX ":", &address);
		report(" " REPORT_HEX, stack);
	}
	report("\ntrap: end\n", NULL);
}
