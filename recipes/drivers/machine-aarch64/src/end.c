/* The guest's end: told on the console to who asked for it, then the machine is turned off. */

#include <stdint.h>

#include "boot_aarch64.h"
#include "console.h"
#include "machine.h"
#include "off.h"

enum {
	RECORD_MARK = 0x1e,
	PSCI_SYSTEM_OFF = 0x84000008,
};

static char digit(unsigned value)
{
	return "0123456789abcdef"[value & 0xf];
}

/* The form is in recipes/CONVENTIONS.md, "The guest's end". */
static void tell_end(enum ending how, uint8_t status)
{
	char record[sizeof(boot_machine.nonce) + 5];
	char *next = record;
	*next++ = RECORD_MARK;
	for (unsigned i = 0; i < sizeof(boot_machine.nonce); i++)
		*next++ = boot_machine.nonce[i];
	boot_machine.nonce[0] = '\0'; /* if the console itself traps, the guest comes here again, and only turns off */
	*next++ = (char)how;
	*next++ = digit(status >> 4);
	*next++ = digit(status);
	*next++ = '\n';
	console_write(record, (size_t)(next - record));
}

_Noreturn void machine_end(enum ending how, uint8_t status)
{
	if (boot_machine.nonce[0] != '\0')
		tell_end(how, status);
	machine_off(how);
	for (;;)
		__asm__ volatile("wfi");
}

void machine_psci_off(void)
{
	register uint64_t function __asm__("x0") = PSCI_SYSTEM_OFF;
	/* Entered at EL2, we are the hypervisor, and firmware has PSCI. */
	if (boot_machine.entered_at_el2)
		__asm__ volatile("smc #0" : "+r"(function) : : "x1", "x2", "x3", "memory");
	else
		__asm__ volatile("hvc #0" : "+r"(function) : : "x1", "x2", "x3", "memory");
}
