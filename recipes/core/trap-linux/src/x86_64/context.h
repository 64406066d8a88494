#ifndef TRAP_LINUX_CONTEXT_H
#define TRAP_LINUX_CONTEXT_H

/* What the kernel tells a signal handler on x86_64. */

#include <stdint.h>

#include "trap_registers_x86_64.h"

/* Words of the kernel's ucontext: five of stack and link, then struct sigcontext. */
enum context_word {
	CONTEXT_R8 = 5,
	CONTEXT_RDI = 13,
	CONTEXT_RSI,
	CONTEXT_RBP,
	CONTEXT_RBX,
	CONTEXT_RDX,
	CONTEXT_RAX,
	CONTEXT_RCX,
	CONTEXT_RSP,
	CONTEXT_RIP,
	CONTEXT_RFLAGS,
	CONTEXT_VECTOR = 25,
	CONTEXT_ADDRESS = 27,
};

/* In the order of trap_report. */
static const uint8_t context_words[TRAP_REGISTERS] = {
	CONTEXT_RIP,    CONTEXT_RSP,    CONTEXT_RFLAGS, CONTEXT_RBP,    CONTEXT_RAX,    CONTEXT_RBX,
	CONTEXT_RCX,    CONTEXT_RDX,    CONTEXT_RSI,    CONTEXT_RDI,    CONTEXT_R8,     CONTEXT_R8 + 1,
	CONTEXT_R8 + 2, CONTEXT_R8 + 3, CONTEXT_R8 + 4, CONTEXT_R8 + 5, CONTEXT_R8 + 6, CONTEXT_R8 + 7,
};

/* The exception's number in the words of trap_report. */
static inline uint64_t context_number(int signal, const uint64_t *context)
{
	(void)signal;
	return context[CONTEXT_VECTOR];
}

/* Whether the context has the address that the instruction could not reach. */
static inline int context_has_address(uint64_t number)
{
	return number == TRAP_VECTOR_PAGE_FAULT;
}

#endif
