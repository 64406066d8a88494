#ifndef OFF_H
#define OFF_H

#include "machine.h"

/* Turn the machine off as its hypervisor wants it; returns if that failed. Context: any. */
void machine_off(enum ending how);

/* Turn the machine off by PSCI's SYSTEM_OFF (Arm DEN 0022, section 5.1.9); returns if that failed. Context: any. */
void machine_psci_off(void);

#endif
