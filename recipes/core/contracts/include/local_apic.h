#ifndef LOCAL_APIC_H
#define LOCAL_APIC_H

/*
 * The local APIC of x86_64 machines, which the clock measures by and idling uses (Intel SDM 3A, "Local APIC Register
 * Address Map"). Assembly reads this file too, for the addresses.
 */

#include "boot_x86_64.h"

#define LOCAL_APIC_PHYSICAL 0xfee00000

/* Registers, by their place in its page. */
#define LOCAL_APIC_ID 0x20
#define LOCAL_APIC_END_OF_INTERRUPT 0xb0
#define LOCAL_APIC_SPURIOUS 0xf0
#define LOCAL_APIC_TIMER 0x320
#define LOCAL_APIC_LINE_0 0x350
#define LOCAL_APIC_INITIAL_COUNT 0x380
#define LOCAL_APIC_COUNT 0x390
#define LOCAL_APIC_DIVIDE 0x3e0

#define LOCAL_APIC_DIVIDE_BY_1 0xb

#ifndef __ASSEMBLER__

/* See to it that the registers can be reached. Context: init calls. */
static inline void local_apic_map(void)
{
	boot_map_device(BOOT_LOCAL_APIC, LOCAL_APIC_PHYSICAL);
}

static inline volatile uint32_t *local_apic(uintptr_t place)
{
	return (volatile uint32_t *)(BOOT_LOCAL_APIC + place);
}

#endif

#endif
