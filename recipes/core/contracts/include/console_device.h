#ifndef CONSOLE_DEVICE_H
#define CONSOLE_DEVICE_H

#include <stddef.h>

/*
 * The capability `console.device`: a device that is the console in place of the machine's port. The driver of the port, in an image that has
 * `console.switch`, passes on to it what it is asked for; it names the device's driver as a weak symbol, for that stands on the console itself:
 * it may have to tell that the device lies.
 */

/* Context and ownership of both: as in console.h, whose functions they are. */
struct console_device {
	void (*write)(const void *bytes, size_t length);
	size_t (*read)(void *bytes, size_t size);
};

/* Null: the console is at the port, for the device does not work, or what is told now is of the device itself. */
extern const struct console_device *console_device;

#endif
