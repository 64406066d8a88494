#ifndef CONSOLE_H
#define CONSOLE_H

#include <stddef.h>

/*
 * The capability `console`: the byte stream that a person sees and types into.
 * Context of both: thread or trap.   Ownership: the caller keeps `bytes`.
 */

/* Write all `length` bytes; a device that stays busy past a bound loses the rest silently. */
void console_write(const void *bytes, size_t length);

/*
 * Wait for input and read at least one and at most `size` bytes.
 * 0: the input has ended, now and for ever (on a serial line: byte 0x04, end of transmission).
 */
size_t console_read(void *bytes, size_t size);

#endif
