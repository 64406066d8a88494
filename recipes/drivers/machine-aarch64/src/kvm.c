/* QEMU's `virt`, and whatever else has PSCI. */

#include "off.h"

void machine_off(enum ending how)
{
	(void)how;
	machine_psci_off();
}
