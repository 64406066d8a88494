/*
 * How fast the time-stamp counter counts, by the first of these that knows:
 * KVM's paravirtual clock (Linux, Documentation/virt/kvm/x86/msr.rst); CPUID's leaf of hypervisors for that purpose, and the
 * processor's own; the timer of the local APIC, which counts nanoseconds in QEMU.
 */

#include "rate.h"

#include <stdbool.h>
#include <stddef.h>

#include "boot_x86_64.h"
#include "report.h"

enum leaf {
	LEAF_FEATURES = 1,
	LEAF_CRYSTAL = 0x15,
	LEAF_HYPERVISOR = 0x40000000,
	LEAF_KVM_FEATURES = 0x40000001,
	LEAF_FREQUENCIES = 0x40000010,
};

enum {
	HAS_HYPERVISOR_BIT = 31, /* of LEAF_FEATURES, ECX */
	KVM_CLOCK = 1 << 3,      /* of LEAF_KVM_FEATURES, EAX */
	MSR_KVM_SYSTEM_TIME = 0x4b564d01,
};

#define SECOND UINT64_C(1000000000)

struct words {
	uint32_t eax, ebx, ecx, edx;
};

static struct words cpuid(uint32_t leaf)
{
	struct words words = {leaf, 0, 0, 0};
	__asm__("cpuid" : "+a"(words.eax), "=b"(words.ebx), "+c"(words.ecx), "=d"(words.edx));
	return words;
}

static uint64_t rate_of(uint64_t frequency)
{
	return (SECOND << 32) / frequency;
}

/* What KVM writes as soon as it is told where; an image's addresses are physical ones. */
static volatile struct {
	uint32_t version, padding;
	uint64_t ticks, nanoseconds;
	uint32_t multiplier; /* of shifted ticks, with 32 bits behind the binary point */
	int8_t shift;
	uint8_t flags, padding_2[2];
} kvm_time __attribute__((aligned(64)));

static void set_kvm_time(uint64_t value)
{
	__asm__ volatile("wrmsr" : : "c"(MSR_KVM_SYSTEM_TIME), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

static uint64_t rate_of_kvm(void)
{
	struct words name = cpuid(LEAF_HYPERVISOR);
	if (name.ebx != 0x4b4d564b || name.ecx != 0x564b4d56 || !(cpuid(LEAF_KVM_FEATURES).eax & KVM_CLOCK))
		return 0; /* not "KVMKVMKVM" */
	set_kvm_time((uintptr_t)&kvm_time | 1);
	uint64_t rate = kvm_time.multiplier;
	int shift = kvm_time.shift;
	set_kvm_time(0); /* so that it writes there no more */
	return shift < 0 ? rate >> -shift : rate << shift;
}

static uint64_t rate_by_cpuid(void)
{
	bool is_guest = cpuid(LEAF_FEATURES).ecx >> HAS_HYPERVISOR_BIT;
	if (is_guest && cpuid(LEAF_HYPERVISOR).eax >= LEAF_FREQUENCIES && cpuid(LEAF_FREQUENCIES).eax != 0)
		return rate_of(cpuid(LEAF_FREQUENCIES).eax * UINT64_C(1000));
	if (cpuid(0).eax < LEAF_CRYSTAL)
		return 0;
	struct words crystal = cpuid(LEAF_CRYSTAL);
	if (crystal.eax == 0 || crystal.ebx == 0 || crystal.ecx == 0)
		return 0;
	return rate_of((uint64_t)crystal.ecx * crystal.ebx / crystal.eax);
}

/* Registers of the local APIC, by their place in its page (Intel SDM 3A, "Local APIC Register Address Map"). */
enum apic_register { APIC_INITIAL_COUNT = 0x380, APIC_COUNT = 0x390, APIC_DIVIDE = 0x3e0 };

enum { APIC_DIVIDE_BY_1 = 0xb, TRIES = 16 };

#define APIC_PAGE UINT64_C(0xfee00000)
#define APIC_NANOSECONDS UINT64_C(4000000) /* of measuring */
#define PAGE_LARGE_UNCACHED_WRITE_NX (UINT64_C(1) << 63 | 0x9b)

/* Where the directory's last entry maps it meanwhile. */
static volatile uint32_t *apic(enum apic_register place)
{
	return (volatile uint32_t *)((UINT64_C(511) << 21) + place);
}

static void map_last(uint64_t entry)
{
	*(volatile uint64_t *)&boot_page_directory[511] = entry;
	__asm__ volatile("mov %0, %%cr3" : : "r"(boot_page_root) : "memory");
}

/* Both clocks at one moment: of some tries the one that took least. */
static void read_both(uint64_t *ticks, uint32_t *count)
{
	uint64_t least = UINT64_MAX;
	for (unsigned i = 0; i < TRIES; i++) {
		uint64_t before = clock_ticks();
		uint32_t now = *apic(APIC_COUNT);
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
	uint64_t mapped = boot_page_directory[511], first, last, rate = 0;
	uint32_t first_count, last_count;
	map_last(APIC_PAGE | PAGE_LARGE_UNCACHED_WRITE_NX);
	*apic(APIC_DIVIDE) = APIC_DIVIDE_BY_1;
	*apic(APIC_INITIAL_COUNT) = UINT32_MAX; /* it counts down; its interrupt is masked since reset */
	read_both(&first, &first_count);
	/* A timer that stands still must not hold us for ever. */
	uint64_t limit = first + (UINT64_C(1) << 32);
	while (first_count - *apic(APIC_COUNT) < APIC_NANOSECONDS && clock_ticks() < limit)
		__asm__ volatile("pause");
	read_both(&last, &last_count);
	*apic(APIC_INITIAL_COUNT) = 0; /* off */
	map_last(mapped);
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
