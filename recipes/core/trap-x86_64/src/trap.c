/* Turns a trap of the processor into a report and the guest's end. */

#include <stdbool.h>
#include <stdint.h>

#include "boot_x86_64.h"
#include "machine.h"
#include "report.h"
#include "trap_registers_x86_64.h"
#include "trap_report.h"
#include "trap_stack.h"
#include "trap_x86_64.h"

enum { FRAME_WORDS = 5 }; /* SS, RSP, RFLAGS, CS, RIP */

extern const uint64_t trap_stack[TRAP_STACK_SIZE / sizeof(uint64_t)];

#define TRAP_STACK_END (trap_stack + sizeof(trap_stack) / sizeof(*trap_stack))

/* Context: trap, on the trap stack, with interrupts off. `registers` is in the order of trap_report. */
_Noreturn void trap_handle(const uint64_t registers[TRAP_REGISTERS]);

static uintptr_t fault_address(void)
{
	uintptr_t address;
	__asm__ volatile("mov %%cr2, %0" : "=r"(address));
	return address;
}

_Noreturn void trap_handle(const uint64_t registers[TRAP_REGISTERS])
{
	static bool is_reported;
	/* trap_row in entry.S says why the depth of the stack tells the vector and the error code. */
	unsigned depth = (unsigned)(TRAP_STACK_END - (registers + TRAP_REGISTERS) - FRAME_WORDS);
	unsigned vector = TRAP_VECTORS - depth / 2;
	if (!is_reported) { /* a trap of the report itself ends the guest at once */
		is_reported = true;
		const uint64_t values[] = {
			vector,
			depth % 2 ? TRAP_STACK_END[-FRAME_WORDS - 1] : 0,
			vector == TRAP_VECTOR_PAGE_FAULT ? fault_address() : 0,
		};
		trap_report_name(vector);
		report(" vector=" REPORT_DECIMAL " error=" REPORT_HEX " address=" REPORT_HEX, values);
		const struct memory_range whole = trap_stack_of_thread();
		uintptr_t stack = registers[TRAP_SP] & -sizeof(uint64_t);
		if (stack < whole.start) /* it has overflowed; the words above the guard page tell how */
			stack = whole.start;
		trap_report_state(registers, (const uint64_t *)stack, (const uint64_t *)whole.end);
	}
	machine_end(ENDING_TRAP, (uint8_t)vector);
}
