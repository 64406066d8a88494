/*
 * Arm's PL011 (DDI 0183), by polling, with only the registers that the generic UART of the SBSA has too. Speed and
 * frame are as firmware or the hypervisor left them.
 */

#include <stdbool.h>
#include <stdint.h>

#include "boot_aarch64.h"
#include "console.h"
#include "console_waiting.h"
#include "device.h"
#include "early_console.h"

/* Words from the start of the registers. */
enum serial_register { SERIAL_DATA = 0x00 / 4, SERIAL_FLAGS = 0x18 / 4 };

enum serial_flag { FLAG_RECEIVE_EMPTY = 1 << 4, FLAG_TRANSMIT_FULL = 1 << 5 };

enum {
	BUSY_BOUND = 1 << 20, /* reads of the flags; a real port at 9600 baud frees within 2 ms */
	END_OF_TRANSMISSION = 0x04,
};

/* Of a recipe that knows how to wait for input, if it is in the image. */
extern __typeof__(console_wait) console_wait __attribute__((weak));

static volatile uint32_t *registers(void)
{
	return (volatile uint32_t *)boot_machine.uart;
}

void console_write(const void *bytes, size_t length)
{
	const uint8_t *next = bytes;
	volatile uint32_t *uart = registers();
	if (device_write(bytes, length))
		return;
	if (uart == NULL) {
		early_console_write(bytes, length);
		return;
	}
	for (; length > 0; length--, next++) {
		unsigned tries = BUSY_BOUND;
		while (uart[SERIAL_FLAGS] & FLAG_TRANSMIT_FULL)
			if (--tries == 0)
				return;
		uart[SERIAL_DATA] = *next;
	}
}

size_t console_read(void *bytes, size_t size)
{
	static bool ended;
	uint8_t *next = bytes;
	size_t count = 0;
	volatile uint32_t *uart = registers();
	if (device_read(bytes, size, &count))
		return count;
	if (uart == NULL)
		return 0;
	while (!ended && count < size) {
		if (!(uart[SERIAL_FLAGS] & FLAG_RECEIVE_EMPTY)) {
			next[count] = (uint8_t)uart[SERIAL_DATA];
			ended = next[count] == END_OF_TRANSMISSION;
			count += !ended;
		} else if (count > 0) {
			break;
		} else if (console_wait) {
			console_wait();
		} else {
			__asm__ volatile("yield");
		}
	}
	return count;
}
