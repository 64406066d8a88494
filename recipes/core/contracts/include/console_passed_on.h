#ifndef CONSOLE_PASSED_ON_H
#define CONSOLE_PASSED_ON_H

#include <stdbool.h>

#include "console_device.h"

/* For the driver of a port in an image with `console.switch`: what the device takes and has. False: there is no such device. Context: thread. */

extern __typeof__(console_device) console_device __attribute__((weak));

static inline bool device_write(const void *bytes, size_t length)
{
	if (!console_device)
		return false;
	console_device->write(bytes, length);
	return true;
}

static inline bool device_read(void *bytes, size_t size, size_t *count)
{
	if (!console_device)
		return false;
	*count = console_device->read(bytes, size);
	return true;
}

#endif
