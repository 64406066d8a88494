/* KVM's paravirtual clock (Linux, Documentation/virt/kvm/x86/msr.rst), asked once and turned off again. */

#include "kvm.h"

enum { LEAF_KVM_FEATURES = 0x40000001, FEATURE_CLOCK = 1 << 3, MSR_WALL_CLOCK = 0x4b564d00, MSR_SYSTEM_TIME = 0x4b564d01 };

static volatile struct clock_kvm_time told __attribute__((aligned(64))); /* within a page */

static volatile struct {
	uint32_t version, seconds, nanoseconds;
} epoch __attribute__((aligned(64)));

static void write_msr(uint32_t number, uint64_t value)
{
	__asm__ volatile("wrmsr" : : "c"(number), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

bool clock_kvm_read(struct clock_kvm_time *time)
{
	struct clock_words name = clock_cpuid(CLOCK_LEAF_HYPERVISOR);
	bool is_kvm = name.ebx == 0x4b4d564b && name.ecx == 0x564b4d56; /* "KVMK", "VMKV" */
	if (!is_kvm || !(clock_cpuid(LEAF_KVM_FEATURES).eax & FEATURE_CLOCK))
		return false;
	write_msr(MSR_SYSTEM_TIME, (uintptr_t)&told | 1);
	*time = told;
	write_msr(MSR_SYSTEM_TIME, 0);
	return time->multiplier != 0;
}

uint64_t clock_kvm_epoch(void)
{
	write_msr(MSR_WALL_CLOCK, (uintptr_t)&epoch);
	return epoch.seconds * UINT64_C(1000000000) + epoch.nanoseconds;
}
