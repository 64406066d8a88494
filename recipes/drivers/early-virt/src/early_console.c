/* QEMU's `virt` has its PL011 always in the same place (QEMU, hw/arm/virt.c). */

#include "early_console.h"

uintptr_t early_console_uart(void)
{
	return 0x09000000;
}

void early_console_write(const void *bytes, size_t length)
{
	(void)bytes, (void)length;
}
