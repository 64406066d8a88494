#ifndef EARLY_CONSOLE_H
#define EARLY_CONSOLE_H

#include <stddef.h>
#include <stdint.h>

/*
 * The capability `console.early`: where a guest's words go before its device tree has named a console, and
 * afterwards if it names none. Context of both: any.
 */

/* The physical address of a UART that is there without being asked for, 0: none is. */
uintptr_t early_console_uart(void);

/* Write to what is there instead of a UART: what the hypervisor takes, or nowhere. */
void early_console_write(const void *bytes, size_t length);

#endif
