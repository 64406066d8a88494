#ifndef TRAP_REPORT_H
#define TRAP_REPORT_H

#include <stdint.h>

/*
 * The report of a trap, as `compose run` reads it (recipes/CONVENTIONS.md, "The trap report").
 * Context of both: trap. Nothing is allocated; only `console` is used.
 */

/*
 * Write "trap: " and the name of the exception, without the line's end. `number` is the processor's own: the vector on
 * x86_64, the exception class on aarch64.
 */
void trap_report_name(unsigned number);

/*
 * Write the line's end, the registers, the words from `stack` up to `stack_end`, and the closing line.
 * `registers` are those of the architecture's trap_registers_….h, in its order.
 */
void trap_report_state(const uint64_t *registers, const uint64_t *stack, const uint64_t *stack_end);

#endif
