#ifndef INTERRUPTS_H
#define INTERRUPTS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The capability `interrupts`: let devices end idle_until. No handler can be given: who was waited for is found by looking
 * at each source. Context of both: thread, and init calls of level `devices`.
 */

/*
 * Enable an input of the interrupt controller: the number of an I/O APIC's pin (global system interrupt) on x86_64, of an interrupt of
 * the GIC (shared peripheral interrupts begin at 32) on aarch64. False: there is none of that number.
 */
bool interrupts_enable(uint32_t number, bool is_edge);

/* What a device writes where, to interrupt by message. False: there are no messages on this machine. */
struct interrupts_message {
	uint64_t address;
	uint32_t data;
};
bool interrupts_message(struct interrupts_message *message);

#endif
