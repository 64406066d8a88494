/*
 * I/O APICs (Intel 82093AA, "I/O APIC Registers"). The first is where all machines have it; QEMU's microvm has a second
 * one for the pins from 24 on. One that is not there reads as zeros or ones, and so has no version.
 */

#include "interrupts.h"
#include "local_apic.h"
#include "vectors.h"

enum { IO_APICS = 2, PAGE = 4096, PINS = 24 /* of the first, where there are two */ };
enum { INDEX = 0x00 / 4, WINDOW = 0x10 / 4 };
enum { REGISTER_VERSION = 1, REGISTER_PINS = 0x10 };
enum { VERSION = 0xff, OLDEST = 0x11, NEWEST = 0x2f, LAST_PIN_SHIFT = 16, LAST_PIN = 0xff, IS_LEVEL = 1 << 15 };

#define IO_APIC_PHYSICAL UINT64_C(0xfec00000)
#define IO_APIC_DISTANCE UINT64_C(0x10000)

bool interrupts_enable(uint32_t number, bool is_edge)
{
	unsigned which = number / PINS < IO_APICS ? number / PINS : IO_APICS - 1;
	volatile uint32_t *apic = (volatile uint32_t *)(uintptr_t)(BOOT_IO_APICS + which * PAGE);
	uint32_t pin = number - which * PINS;
	boot_map_device((uintptr_t)apic, IO_APIC_PHYSICAL + which * IO_APIC_DISTANCE);
	apic[INDEX] = REGISTER_VERSION;
	uint32_t version = apic[WINDOW];
	if ((version & VERSION) < OLDEST || (version & VERSION) > NEWEST || pin > (version >> LAST_PIN_SHIFT & LAST_PIN))
		return false;
	apic[INDEX] = REGISTER_PINS + 2 * pin + 1;
	apic[WINDOW] = *local_apic(LOCAL_APIC_ID); /* to this processor; both have it in the upper 8 bits */
	apic[INDEX] = REGISTER_PINS + 2 * pin;
	apic[WINDOW] = is_edge ? VECTOR_WAKE : VECTOR_LINE | IS_LEVEL;
	return true;
}
