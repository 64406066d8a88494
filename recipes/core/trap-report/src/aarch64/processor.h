#ifndef TRAP_PROCESSOR_H
#define TRAP_PROCESSOR_H

/* The words of aarch64. */

#include "report.h"
#include "trap_registers_aarch64.h"

/*
 * By exception class (Arm ARM, "ESR_EL1", EC), with the words of x86_64 where they mean the same; empty for those that
 * only other exception levels or features than ours raise.
 */
#define TRAP_NAMES                                                                                    \
	"invalid-opcode\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0supervisor-call\0\0\0\0\0\0\0\0\0\0\0\0" \
	"page-fault\0alignment\0\0\0page-fault\0alignment\0\0\0\0\0\0float-error\0\0\0machine-check\0"   \
	"\0\0\0\0\0\0\0\0\0\0\0\0breakpoint\0\0\0"

enum { TRAP_REGISTERS_PER_LINE = 3 };

static inline void trap_report_registers(const uint64_t *registers)
{
	report("\ntrap: pc=" REPORT_HEX " sp=" REPORT_HEX " pstate=" REPORT_HEX, registers);
	for (unsigned i = 0; i < TRAP_REGISTERS - TRAP_X0; i++) {
		const uint64_t values[] = {i, registers[TRAP_X0 + i]};
		report(i % TRAP_REGISTERS_PER_LINE ? " " : "\ntrap: ", 0);
		report("x" REPORT_DECIMAL "=" REPORT_HEX, values);
	}
}

#endif
