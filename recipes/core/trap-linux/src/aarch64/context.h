#ifndef TRAP_LINUX_CONTEXT_H
#define TRAP_LINUX_CONTEXT_H

/* What the kernel tells a signal handler on aarch64. */

#include <stdint.h>

#include "signals.h"
#include "trap_registers_aarch64.h"

/* Words of the kernel's ucontext: 22 of stack, link and signal mask, then struct sigcontext. */
enum context_word {
	CONTEXT_ADDRESS = 22,
	CONTEXT_X0,
	CONTEXT_SP = CONTEXT_X0 + 31,
	CONTEXT_PC,
	CONTEXT_PSTATE,
};

#define FOUR_FROM(word) (word), (word) + 1, (word) + 2, (word) + 3

/* In the order of trap_report. */
static const uint8_t context_words[TRAP_REGISTERS] = {
	CONTEXT_PC,
	CONTEXT_SP,
	CONTEXT_PSTATE,
	FOUR_FROM(CONTEXT_X0),
	FOUR_FROM(CONTEXT_X0 + 4),
	FOUR_FROM(CONTEXT_X0 + 8),
	FOUR_FROM(CONTEXT_X0 + 12),
	FOUR_FROM(CONTEXT_X0 + 16),
	FOUR_FROM(CONTEXT_X0 + 20),
	FOUR_FROM(CONTEXT_X0 + 24),
	CONTEXT_X0 + 28,
	CONTEXT_X0 + 29,
	CONTEXT_X0 + 30,
};

#undef FOUR_FROM

/*
 * The exception's class in the words of trap_report. The signal tells it: the kernel's record of ESR_EL1 comes with memory
 * faults only. A process without files in its memory gets SIGBUS for addresses that are not aligned.
 */
static inline uint64_t context_number(int signal, const uint64_t *context)
{
	(void)context;
	switch (signal) {
	case SIGNAL_ILLEGAL:
		return TRAP_CLASS_UNKNOWN;
	case SIGNAL_TRAP:
		return TRAP_CLASS_BREAKPOINT;
	case SIGNAL_BUS:
		return TRAP_CLASS_PC_ALIGNMENT;
	case SIGNAL_FLOAT:
		return TRAP_CLASS_FLOAT;
	default:
		return TRAP_CLASS_DATA_ABORT;
	}
}

/* Whether the context has the address that the instruction could not reach. */
static inline int context_has_address(uint64_t number)
{
	return number == TRAP_CLASS_DATA_ABORT;
}

#endif
