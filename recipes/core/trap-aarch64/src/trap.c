/* Turns a trap of the processor into a report and the guest's end. */

#include <stdint.h>

#include "boot_aarch64.h"
#include "machine.h"
#include "report.h"
#include "start.h"
#include "trap_registers_aarch64.h"
#include "trap_report.h"
#include "trap_stack.h"

enum {
	VECTORS = 16,
	VECTOR_WORDS = 32,
	PUSH_X29_X30 = 0xa9bf7bfd, /* stp x29, x30, [sp, #-16]! */
	CALL = 0x94000000,         /* bl, with the distance in words in its lower 26 bits */
	CALL_DISTANCE = 0x03ffffff,
	CLASS_SHIFT = 26,          /* ESR_EL1: the exception's class above, its syndrome below */
};

void trap_entry(void);

/* Context: trap, on the trap stack, with interrupts off. `registers` is in the order of trap_report. */
_Noreturn void trap_handle(const uint64_t registers[TRAP_REGISTERS]);

/* A trap of the report itself ends the guest at once. */
_Noreturn void trap_end(void);

static uint64_t syndrome(void)
{
	uint64_t value;
	__asm__ volatile("mrs %0, esr_el1" : "=r"(value));
	return value;
}

/* Whether the exception sets FAR_EL1. */
static int has_address(uint64_t class)
{
	return class == TRAP_CLASS_DATA_ABORT || class == TRAP_CLASS_INSTRUCTION_ABORT || class == TRAP_CLASS_PC_ALIGNMENT;
}

static uint64_t fault_address(void)
{
	uint64_t value;
	__asm__ volatile("mrs %0, far_el1" : "=r"(value));
	return value;
}

_Noreturn void trap_end(void)
{
	machine_end(ENDING_TRAP, (uint8_t)(syndrome() >> CLASS_SHIFT));
}

_Noreturn void trap_handle(const uint64_t registers[TRAP_REGISTERS])
{
	const uint64_t class = syndrome() >> CLASS_SHIFT;
	const uint64_t values[] = {
		class,
		syndrome() & ((1U << CLASS_SHIFT) - 1),
		has_address(class) ? fault_address() : 0,
	};
	trap_report_name((unsigned)class);
	report(" class=" REPORT_DECIMAL " error=" REPORT_HEX " address=" REPORT_HEX, values);
	const struct memory_range whole = trap_stack_of_thread();
	uintptr_t stack = registers[TRAP_SP] & -sizeof(uint64_t);
	if (stack < whole.start) /* it has overflowed; the words above the guard page tell how */
		stack = whole.start;
	trap_report_state(registers, (const uint64_t *)stack, (const uint64_t *)whole.end);
	trap_end();
}

void trap_start(void)
{
	/* 2 KiB of vectors in the file would be two instructions each and otherwise zeros, so they are written here. */
	for (unsigned vector = 0; vector < VECTORS; vector++) {
		uint32_t *place = &boot_vectors[vector * VECTOR_WORDS];
		uintptr_t distance = ((uintptr_t)trap_entry - (uintptr_t)&place[1]) / sizeof(*place);
		place[0] = PUSH_X29_X30;
		place[1] = CALL | (distance & CALL_DISTANCE);
	}
	__asm__ volatile("msr vbar_el1, %0; isb" : : "r"(boot_vectors) : "memory");
}
