/*
 * Halting. Interrupts are off except in idle_halt, so they are only what ends it. The timer of the local APIC counts
 * nanoseconds in KVM and in QEMU. Its deadline mode (TSC-deadline) would save a write, but QEMU's TCG has it not.
 *
 * What the old interrupt controllers (8259) ask for comes by the local APIC's line 0, which is masked; so they need
 * not be there, and are left alone if they are.
 */

#include "idle.h"

#include <stdbool.h>

#include "clock.h"
#include "local_apic.h"
#include "vectors.h"

enum { LEAF_FEATURES = 1, FEATURE_APIC = 1 << 9 }; /* in EDX */
enum { APIC_ENABLED = 0x100, APIC_MASKED = 0x10000 };
enum { CODE_SELECTOR = 8, GATE_INTERRUPT = 0x8e00 }; /* present, ring 0, 64-bit; on the stack in use */

/* In halt.S. */
void idle_halt(void);
void idle_wake(void);
void idle_spurious(void);

struct gate {
	uint16_t low, selector, kind, high;
	uint64_t highest;
};

struct __attribute__((packed)) table {
	uint16_t limit;
	uint64_t address;
};

static struct gate gates[VECTORS];
static bool has_apic;

static struct gate gate_to(void (*code)(void))
{
	uintptr_t address = (uintptr_t)code;
	return (struct gate){(uint16_t)address, CODE_SELECTOR, GATE_INTERRUPT, (uint16_t)(address >> 16), address >> 32};
}

/* The composer calls this before main; no header of ours needs it. */
void idle_kvm_x86_64_start(void)
{
	uint32_t eax = LEAF_FEATURES, ebx, ecx = 0, edx;
	__asm__("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
	has_apic = edx & FEATURE_APIC;
	if (!has_apic)
		return;

	/* The exceptions' gates are those that there are; ours come behind them. */
	struct table table;
	__asm__("sidt %0" : "=m"(table));
	for (unsigned i = 0; i < VECTOR_WAKE; i++)
		gates[i] = ((const struct gate *)table.address)[i];
	gates[VECTOR_WAKE] = gates[VECTOR_LINE] = gate_to(idle_wake);
	gates[VECTOR_SPURIOUS] = gate_to(idle_spurious);
	table = (struct table){sizeof(gates) - 1, (uintptr_t)gates};
	__asm__ volatile("lidt %0" : : "m"(table) : "memory");
	/* The loader's stack segment is none of ours, so nothing could go back to it; the null one will do. */
	__asm__ volatile("mov %0, %%ss" : : "r"(0));

	local_apic_map();
	*local_apic(LOCAL_APIC_LINE_0) = APIC_MASKED;
	*local_apic(LOCAL_APIC_TIMER) = VECTOR_WAKE;
	*local_apic(LOCAL_APIC_DIVIDE) = LOCAL_APIC_DIVIDE_BY_1;
	*local_apic(LOCAL_APIC_SPURIOUS) = APIC_ENABLED | VECTOR_SPURIOUS;
}

void idle_until(uint64_t deadline)
{
	if (!has_apic) { /* nothing could end a halt */
		__asm__ volatile("pause");
		return;
	}
	if (deadline == UINT64_MAX) {
		idle_halt();
		return;
	}
	uint64_t now = clock_monotonic();
	if (deadline <= now)
		return;
	uint64_t length = deadline - now;
	*local_apic(LOCAL_APIC_INITIAL_COUNT) = length < UINT32_MAX ? (uint32_t)length : UINT32_MAX;
	idle_halt();
	*local_apic(LOCAL_APIC_INITIAL_COUNT) = 0; /* off */
}
