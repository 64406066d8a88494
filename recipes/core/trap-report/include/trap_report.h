#ifndef TRAP_REPORT_H
#define TRAP_REPORT_H

#include <stdint.h>

/*
 * The report of a trap, as `compose run` reads it (recipes/CONVENTIONS.md, "The trap report").
 * Context of both: trap. Nothing is allocated; only `console` is used.
 */

/* Where registers stand in the array; further ones follow in the order rax rbx rcx rdx rsi rdi r8 … r15. */
enum trap_register { TRAP_RIP, TRAP_RSP, TRAP_RFLAGS, TRAP_RBP, TRAP_RAX, TRAP_REGISTERS = TRAP_RAX + 14 };

/* The one vector that comes with an address (Intel SDM 3A, "Page-Fault Exception"). */
enum { TRAP_VECTOR_PAGE_FAULT = 14 };

/* Write "trap: " and the name of the processor's exception `vector`, without the line's end. */
void trap_report_name(unsigned vector);

/* Write the line's end, the registers, the words from `stack` up to `stack_end`, and the closing line. */
void trap_report_state(const uint64_t registers[TRAP_REGISTERS], const uint64_t *stack, const uint64_t *stack_end);

#endif
