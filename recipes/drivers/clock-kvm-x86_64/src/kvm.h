#ifndef KVM_H
#define KVM_H

#include <stdbool.h>
#include <stdint.h>

struct clock_words {
	uint32_t eax, ebx, ecx, edx;
};

static inline struct clock_words clock_cpuid(uint32_t leaf)
{
	struct clock_words words = {leaf, 0, 0, 0};
	__asm__("cpuid" : "+a"(words.eax), "=b"(words.ebx), "+c"(words.ecx), "=d"(words.edx));
	return words;
}

enum { CLOCK_LEAF_HYPERVISOR = 0x40000000 };

/* What KVM tells of its clock; an image's addresses are physical ones. */
struct clock_kvm_time {
	uint32_t version, padding;
	uint64_t ticks, nanoseconds; /* at one moment */
	uint32_t multiplier;         /* of shifted ticks, with 32 bits behind the binary point */
	int8_t shift;
	uint8_t flags, padding_2[2];
};

/* Both at this moment, of which `nanoseconds` count from the moment that clock_kvm_epoch tells; false: this is not KVM. */
bool clock_kvm_read(struct clock_kvm_time *time);

/* Nanoseconds of 1970 to the beginning of KVM's clock; only where clock_kvm_read succeeds. */
uint64_t clock_kvm_epoch(void);

/* The clock with a battery, as wall_clock_read. */
uint64_t clock_cmos_read(void);

#endif
