/* The canary from RDRAND (Intel SDM volume 1, "RDRAND"). */

#include <stddef.h>
#include <stdint.h>

#include "report.h"
#include "stack_protector.h"

enum {
	TRIES = 10, /* the manual's number: a working generator succeeds sooner */
	FEATURE_LEAF = 1,
	FEATURE_RDRAND = 1 << 30, /* in ECX */
};

/* For machines without a random source: NUL, newline and ones, which string functions can hardly write. */
#define FIXED_CANARY UINT64_C(0xff0a0d00ff0a0d00)

static uint64_t random_word(void)
{
	uint32_t eax = FEATURE_LEAF, ebx, ecx = 0, edx;
	__asm__("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
	if (ecx & FEATURE_RDRAND)
		for (unsigned i = 0; i < TRIES; i++) {
			uint64_t word;
			uint8_t is_random;
			__asm__ volatile("rdrand %0" : "=r"(word), "=@ccc"(is_random));
			if (is_random)
				return word;
		}
	report("boot: no random source, so the stack canary is a fixed one\n", NULL);
	return FIXED_CANARY;
}

void stack_protector_start(void)
{
	__stack_chk_guard = random_word() & ~UINT64_C(0xff);
}
