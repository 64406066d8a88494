/* The console of a process: descriptors 0 and 1. */

#include "console.h"
#include "console_waiting.h"
#include "linux_call.h"

enum { INPUT = 0, OUTPUT = 1 };

/* Of a recipe that knows how to wait for input, if it is in the image. */
extern __typeof__(console_wait) console_wait __attribute__((weak));

void console_write(const void *bytes, size_t length)
{
	const char *next = bytes;
	while (length > 0) {
		long written = linux_call(LINUX_WRITE, OUTPUT, (long)next, (long)length, 0);
		if (written == -LINUX_EINTR)
			continue;
		if (written <= 0) /* closed, or a device that is full: as the contract says, the rest is lost */
			return;
		next += written;
		length -= (size_t)written;
	}
}

size_t console_read(void *bytes, size_t size)
{
	long count;
	if (console_wait)
		console_wait();
	do
		count = linux_call(LINUX_READ, INPUT, (long)bytes, (long)size, 0);
	while (count == -LINUX_EINTR);
	return count > 0 ? (size_t)count : 0;
}
