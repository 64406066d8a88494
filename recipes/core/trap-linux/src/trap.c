/* Signals that the kernel makes of the processor's exceptions, as the same report as on a bare machine. */

#include <stddef.h>
#include <stdint.h>

#include "boot_linux.h"
#include "context.h"
#include "linux_call.h"
#include "machine.h"
#include "report.h"
#include "signals.h"
#include "start.h"
#include "trap_report.h"
#include "trap_stack.h"

enum {
	SMALLEST_PAGE = 4096, /* bytes; then 16 KiB and 64 KiB */
	STACK_SIZE = 16384, /* bytes; the kernel's own frame takes up to 11 KiB where AMX is in use, 13 KiB with the widest SVE */
};

enum action_flag {
	ACTION_WITH_INFO = 0x4,
	ACTION_RESTORER = 0x04000000, /* without it the kernel refuses to deliver on x86_64; it is never reached */
	ACTION_ON_STACK = 0x08000000,
	ACTION_RESET = 0x80000000, /* a second fault, in the handler, ends the process */
};

/* The kernel's struct sigaction (not the C library's). */
struct signal_action {
	void (*handler)(int signal, const void *info, const uint64_t *context);
	unsigned long flags;
	void (*restorer)(void);
	unsigned long mask;
};

struct signal_stack {
	void *start;
	int flags;
	size_t size;
};

static uint64_t registers[TRAP_REGISTERS];
static uint64_t stack[STACK_SIZE / sizeof(uint64_t)];

/* Whether the kernel can read the word, asked by a call that then fails in either case. */
static int is_readable(const uint64_t *word)
{
	return linux_call(LINUX_RT_SIGPROCMASK, -1, (long)word, 0, sizeof(*word)) != -LINUX_EFAULT;
}

static void handle(int signal, const void *info, const uint64_t *context)
{
	(void)info;
	for (unsigned i = 0; i < TRAP_REGISTERS; i++)
		registers[i] = context[context_words[i]];
	uint64_t number = context_number(signal, context);
	const uint64_t values[] = {(uint64_t)signal, context_has_address(number) ? context[CONTEXT_ADDRESS] : 0};
	trap_report_name((unsigned)number);
	report(" signal=" REPORT_DECIMAL " address=" REPORT_HEX, values);

	/* After an overflow the lowest words are not there: begin at the first that is. */
	uintptr_t first = registers[TRAP_SP] & -sizeof(uint64_t);
	uintptr_t end = trap_stack_end();
	for (uintptr_t page = SMALLEST_PAGE; page <= LINUX_LARGEST_PAGE && !is_readable((const uint64_t *)first); page *= 4)
		first = (first & -page) + page;
	if (first < end && !is_readable((const uint64_t *)first))
		first = end;
	trap_report_state(registers, (const uint64_t *)first, (const uint64_t *)end);
	machine_end(ENDING_TRAP, (uint8_t)signal);
}

void trap_start(void)
{
	static const uint8_t signals[] = {SIGNAL_ILLEGAL, SIGNAL_TRAP, SIGNAL_BUS, SIGNAL_FLOAT, SIGNAL_SEGMENT};
	static const struct signal_stack on_stack = {stack, 0, sizeof(stack)};
	static const struct signal_action action = {
		handle,
		ACTION_WITH_INFO | ACTION_RESTORER | ACTION_ON_STACK | ACTION_RESET,
		NULL,
		0,
	};
	linux_call(LINUX_SIGALTSTACK, (long)&on_stack, 0, 0, 0);
	for (size_t i = 0; i < sizeof(signals); i++)
		linux_call(LINUX_RT_SIGACTION, signals[i], (long)&action, 0, sizeof(action.mask));
}
