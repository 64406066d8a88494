/*
 * How fast the time-stamp counter counts, by the first of these that knows:
 * KVM's paravirtual clock; CPUID's leaf of hypervisors for that purpose, and the
 * processor's own; the timer of the local APIC, which counts nanoseconds in QEMU.
 */

#include "rate.h"

#include <stddef.h>

#include "kvm.h"
#include "local_apic.h"
#include "report.h"

enum leaf { LEAF_FEATURES = 1, LEAF_CRYSTAL = 0x15, LEAF_FREQUENCIES = 0x40000010 };

enum { HAS_HYPERVISOR_BIT = 31 }; /* of LEAF_FEATURES, ECX */

#define SECOND UINT64_C(1000000000)

static uint64_t rate_of(uint64_t frequency)
{
	return (SECOND << 32) / frequency;
}

static uint64_t rate_of_kvm(void)
{
	struct clock_kvm_time time;
	if (!clock_kvm_read(&time))
		return 0;
	uint64_t rate = time.multiplier;
	return time.shift < 0 ? rate >> -time.shift : rate << time.shift;
}

static uint64_t rate_by_cpuid(void)
{
	bool is_guest = clock_cpuid(LEAF_FEATURES).ecx >> HAS_HYPERVISOR_BIT;
	if (is_guest && clock_cpuid(CLOCK_LEAF_HYPERVISOR).eax >= LEAF_FREQUENCIES && clock_cpuid(LEAF_FREQUENCIES).eax != 0)
		return rate_of(clock_cpuid(LEAF_FREQUENCIES).eax * UINT64_C(1000));
	if (clock_cpuid(0).eax < LEAF_CRYSTAL)
		return 0;
	struct clock_words crystal = clock_cpuid(LEAF_CRYSTAL);
	if (crystal.eax == 0 || crystal.ebx == 0 || crystal.ecx == 0)
		return 0;
	return rate_of((uint64_t)crystal.ecx * crystal.ebx / crystal.eax);
}

enum { TRIES = 16 };

#define APIC_NANOSECONDS UINT64_C(500000) /* of measuring */

/* Both clocks at one moment: of some tries the one that took least. */
static void read_both(uint64_t *ticks, uint32_t *count)
{
	uint64_t least = UINT64_MAX;
	for (unsigned i = 0; i < TRIES; i++) {
		uint64_t before = clock_ticks();
		uint32_t now = *local_apic(LOCAL_APIC_COUNT);
		uint64_t took = clock_ticks() - before;
		if (took < least) {
			least = took;
			*ticks = before + took / 2;
			*count = now;
		}
	}
}

static uint64_t rate_by_apic(void)
{
	uint64_t first, last, rate = 0;
	uint32_t first_count, last_count;
	local_apic_map();
	*local_apic(LOCAL_APIC_DIVIDE) = LOCAL_APIC_DIVIDE_BY_1;
	*local_apic(LOCAL_APIC_INITIAL_COUNT) = UINT32_MAX; /* it counts down; its interrupt is masked since reset */
	read_both(&first, &first_count);
	/* A timer that stands still must not hold us for ever. */
	uint64_t limit = first + (UINT64_C(1) << 32);
	while (first_count - *local_apic(LOCAL_APIC_COUNT) < APIC_NANOSECONDS && clock_ticks() < limit)
		__asm__ volatile("pause");
	read_both(&last, &last_count);
	*local_apic(LOCAL_APIC_INITIAL_COUNT) = 0; /* off */
	if (first_count - last_count >= APIC_NANOSECONDS)
		rate = ((uint64_t)(first_count - last_count) << 32) / (last - first);
	return rate;
}

uint64_t clock_rate(void)
{
	uint64_t rate = rate_of_kvm();
	if (rate == 0)
		rate = rate_by_cpuid();
	if (rate == 0)
		rate = rate_by_apic();
	if (rate == 0) {
		report("clock: its frequency is not known, so seconds may be of any length\n", NULL);
		rate = rate_of(SECOND);
	}
	return rate;
}
