/* A PL011 (DDI 0183) interrupts while it has input, by a level. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boot_aarch64.h"
#include "interrupts.h"
#include "number.h"

/* Words from the start of the registers. */
enum serial_register { SERIAL_FLAGS = 0x18 / 4, SERIAL_INTERRUPTS = 0x38 / 4 };

enum { FLAG_RECEIVE_EMPTY = 1 << 4, INTERRUPTS_OF_RECEIVING = 0x50 /* the queue is full enough, or its bytes have waited for long */ };

static volatile uint32_t *registers(void)
{
	return (volatile uint32_t *)boot_machine.uart;
}

static bool port_has_input(void)
{
	return !(registers()[SERIAL_FLAGS] & FLAG_RECEIVE_EMPTY);
}

static void port_set_interrupt(bool is_on)
{
	registers()[SERIAL_INTERRUPTS] = is_on ? INTERRUPTS_OF_RECEIVING : 0;
}

static void port_start(void)
{
	interrupts_enable(UART_INTERRUPT, false);
}
