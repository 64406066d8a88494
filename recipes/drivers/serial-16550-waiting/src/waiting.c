/* The first serial port interrupts by pin 4. It does so only while somebody waits for input, for nobody else would take it. */

#include "console_waiting.h"

#include <stdint.h>

#include "interrupts.h"
#include "wait.h"

enum port { PORT_INTERRUPTS = 0x3f9, PORT_MODEM = 0x3fc, PORT_LINE_STATUS = 0x3fd };

enum { PIN = 4, INTERRUPT_ON_DATA = 1, MODEM_READY_AND_INTERRUPTS = 0xb, LINE_HAS_DATA = 1 };

static struct wait_queue readers;

static void write_port(enum port port, uint8_t value)
{
	__asm__ volatile("out %0, %1" : : "a"(value), "d"((uint16_t)port));
}

static bool has_input(void)
{
	uint8_t status;
	__asm__ volatile("in %1, %0" : "=a"(status) : "d"((uint16_t)PORT_LINE_STATUS));
	return status & LINE_HAS_DATA; /* a port that is absent has it too: the end */
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
	write_port(PORT_INTERRUPTS, readers.first ? INTERRUPT_ON_DATA : 0);
	return !readers.first || !has_input();
}

void console_wait(void)
{
	static struct wait_source source = {.poll = poll, .arm = arm};
	static bool is_started;
	if (!is_started) {
		is_started = true;
		write_port(PORT_MODEM, MODEM_READY_AND_INTERRUPTS);
		interrupts_enable(PIN, true);
		wait_source_add(&source);
	}
	while (!has_input())
		wait_on(&readers, WAIT_FOREVER);
}
