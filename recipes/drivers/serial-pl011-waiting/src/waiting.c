/*
 * A PL011 (DDI 0183) interrupts while it has input, by a level. It may do so only while somebody waits for input, for nobody else
 * would take it, and the level would end each halt.
 */

#include "console_waiting.h"

#include <stddef.h>
#include <stdint.h>

#include "boot_aarch64.h"
#include "interrupts.h"
#include "number.h"
#include "wait.h"

/* Words from the start of the registers. */
enum serial_register { SERIAL_FLAGS = 0x18 / 4, SERIAL_INTERRUPTS = 0x38 / 4 };

enum { FLAG_RECEIVE_EMPTY = 1 << 4, INTERRUPTS_OF_RECEIVING = 0x50 /* the queue is full enough, or its bytes have waited for long */ };

static struct wait_queue readers;

static volatile uint32_t *registers(void)
{
	return (volatile uint32_t *)boot_machine.uart;
}

static bool has_input(void)
{
	return !(registers()[SERIAL_FLAGS] & FLAG_RECEIVE_EMPTY);
}

static bool poll(void)
{
	if (!readers.first || !has_input())
		return false;
	wait_wake(&readers, UINT32_MAX);
	return true;
}

static bool arm(void)
{
	registers()[SERIAL_INTERRUPTS] = readers.first ? INTERRUPTS_OF_RECEIVING : 0;
	return !readers.first || !has_input();
}

void console_wait(void)
{
	static struct wait_source source = {.poll = poll, .arm = arm};
	static bool is_started;
	if (!is_started) {
		is_started = true;
		interrupts_enable(UART_INTERRUPT, false);
		wait_source_add(&source);
	}
	while (!has_input())
		wait_on(&readers, WAIT_FOREVER);
}
