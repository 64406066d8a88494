/*
 * The first serial port of a PC, by polling. Hypervisors need no set-up of speed and frame, so there is none; a
 * register that reads as all ones means that there is no port.
 */

#include <stdbool.h>
#include <stdint.h>

#include "console.h"
#include "console_waiting.h"
#include "device.h"

enum serial_port {
	SERIAL_DATA = 0x3f8,
	SERIAL_LINE_STATUS = 0x3fd,
};

enum serial_line_status {
	LINE_HAS_DATA = 0x01,
	LINE_TAKES_DATA = 0x20,
	LINE_ABSENT = 0xff,
};

enum {
	BUSY_BOUND = 1 << 20, /* reads of the status; a real port at 9600 baud frees within 2 ms */
	END_OF_TRANSMISSION = 0x04,
};

/* Of a recipe that knows how to wait for input, if it is in the image. */
extern __typeof__(console_wait) console_wait __attribute__((weak));

static uint8_t line_status(void)
{
	uint8_t status;
	__asm__ volatile("in %1, %0" : "=a"(status) : "d"((uint16_t)SERIAL_LINE_STATUS));
	return status;
}

void console_write(const void *bytes, size_t length)
{
	const uint8_t *next = bytes;
	if (device_write(bytes, length))
		return;
	for (; length > 0; length--, next++) {
		unsigned tries = BUSY_BOUND;
		while (!(line_status() & LINE_TAKES_DATA))
			if (--tries == 0)
				return;
		__asm__ volatile("out %0, %1" : : "a"(*next), "d"((uint16_t)SERIAL_DATA));
	}
}

size_t console_read(void *bytes, size_t size)
{
	static bool ended;
	uint8_t *next = bytes;
	size_t count = 0;
	if (device_read(bytes, size, &count))
		return count;
	while (!ended && count < size) {
		uint8_t status = line_status();
		if (status & LINE_HAS_DATA) {
			__asm__ volatile("in %1, %0" : "=a"(next[count]) : "d"((uint16_t)SERIAL_DATA));
			ended = next[count] == END_OF_TRANSMISSION || status == LINE_ABSENT;
			count += !ended;
		} else if (count > 0) {
			break;
		} else if (console_wait) {
			console_wait();
		} else {
			__asm__ volatile("pause");
		}
	}
	return count;
}
