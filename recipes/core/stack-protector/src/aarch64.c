/* The canary from RNDR (Arm ARM DDI 0487, "RNDR"), or from the seeds of the device tree and of who starts the guest. */

#include <stddef.h>
#include <stdint.h>

#include "boot_aarch64.h"
#include "report.h"
#include "stack_protector.h"

enum { TRIES = 10, FEATURE_RNDR_SHIFT = 60 }; /* ID_AA64ISAR0_EL1.RNDR, the uppermost field */

/* For machines without a random source: NUL, newline and ones, which string functions can hardly write. */
#define FIXED_CANARY UINT64_C(0xff0a0d00ff0a0d00)

static uint64_t random_word(void)
{
	uint64_t features;
	__asm__("mrs %0, id_aa64isar0_el1" : "=r"(features));
	if (features >> FEATURE_RNDR_SHIFT)
		for (unsigned i = 0; i < TRIES; i++) {
			uint64_t word;
			uint32_t is_random;
			__asm__ volatile("mrs %0, s3_3_c2_c4_0; cset %w1, ne" : "=r"(word), "=r"(is_random) : : "cc");
			if (is_random)
				return word ^ boot_machine.seed;
		}
	if (boot_machine.seed != 0)
		return boot_machine.seed;
	report("boot: no random source, so the stack canary is a fixed one\n", NULL);
	return FIXED_CANARY;
}

void stack_protector_start(void)
{
	__stack_chk_guard = random_word() & ~UINT64_C(0xff);
}
