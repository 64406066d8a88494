/* The first serial port of a PC interrupts by pin 4. */

#include <stdbool.h>
#include <stdint.h>

#include "interrupts.h"

enum port { PORT_INTERRUPTS = 0x3f9, PORT_MODEM = 0x3fc, PORT_LINE_STATUS = 0x3fd };

enum { PIN = 4, INTERRUPT_ON_DATA = 1, MODEM_READY_AND_INTERRUPTS = 0xb, LINE_HAS_DATA = 1 };

static void write_port(enum port port, uint8_t value)
{
	__asm__ volatile("out %0, %1" : : "a"(value), "d"((uint16_t)port));
}

static bool port_has_input(void)
{
	uint8_t status;
	__asm__ volatile("in %1, %0" : "=a"(status) : "d"((uint16_t)PORT_LINE_STATUS));
	return status & LINE_HAS_DATA; /* a port that is absent has it too: the end */
}

static void port_set_interrupt(bool is_on)
{
	write_port(PORT_INTERRUPTS, is_on ? INTERRUPT_ON_DATA : 0);
}

static void port_start(void)
{
	write_port(PORT_MODEM, MODEM_READY_AND_INTERRUPTS);
	interrupts_enable(PIN, true);
}
