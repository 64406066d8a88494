/* The trap report: the name of each number below the first argument, or the state of registers that count up from 1. */

#include "host.h"

#include "trap_report.h"

enum { REGISTERS = 64, STACK_WORDS = 6 };

static void name_all(unsigned end)
{
	for (unsigned number = 0; number < end; number++) {
		forget_written();
		trap_report_name(number);
		printf("%.*s,", (int)written_length, written);
	}
	puts("");
}

static void tell_state(void)
{
	static uint64_t registers[REGISTERS], stack[STACK_WORDS];

	for (unsigned i = 0; i < REGISTERS; i++)
		registers[i] = i + 1;
	for (unsigned i = 0; i < STACK_WORDS; i++)
		stack[i] = UINT64_MAX - i;
	trap_report_state(registers, stack, stack + STACK_WORDS);
	for (size_t i = 0; i < written_length; i++)
		putchar(written[i] == '\n' ? '|' : written[i]);
	printf("%zx\n", (uintptr_t)stack);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		name_all((unsigned)atoi(argv[1]));
	else
		tell_state();
	return 0;
}
