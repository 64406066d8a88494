/* A domain's end, with the reason that Xen's toolstack shows (Xen, xen/include/public/sched.h). */

#include "off.h"
#include "xen_call.h"

enum { SCHED_OP_SHUTDOWN = 2 };

enum shutdown_reason { SHUTDOWN_POWER_OFF = 0, SHUTDOWN_CRASH = 3 };

void machine_off(enum ending how)
{
	const uint32_t reason = how == ENDING_EXIT ? SHUTDOWN_POWER_OFF : SHUTDOWN_CRASH;
	xen_call(XEN_SCHED_OP, SCHED_OP_SHUTDOWN, (uintptr_t)&reason, 0);
	machine_psci_off(); /* not under Xen */
}
