/*
 * RNDR (Arm ARM DDI 0487, "RNDR"), else `rng-seed` of the device tree (Devicetree schema, chosen.yaml), which is used up,
 * else what `more.h` has.
 */

#include "entropy.h"

#include "device_tree_extra.h"
#include "entropy_words.h"
#include "more.h"

enum { TRIES = 10, FEATURE_RNDR_SHIFT = 60 }; /* ID_AA64ISAR0_EL1.RNDR, the uppermost field */

static bool has_rndr(void)
{
	uint64_t features;
	__asm__("mrs %0, id_aa64isar0_el1" : "=r"(features));
	return features >> FEATURE_RNDR_SHIFT;
}

static bool read_word(uint64_t *word)
{
	uint32_t is_random = 0;
	for (unsigned i = 0; i < TRIES && !is_random; i++)
		__asm__ volatile("mrs %0, s3_3_c2_c4_0\n\tcset %w1, ne" : "=r"(*word), "=r"(is_random) : : "cc");
	return is_random;
}

/* A byte is given once only. */
static bool read_tree(char *bytes, size_t size)
{
	if (size > device_tree_seed_size)
		return false;
	device_tree_seed_size -= (uint32_t)size;
	for (size_t i = 0; i < size; i++) {
		uint8_t *byte = &device_tree_seed[device_tree_seed_size + i];
		bytes[i] = (char)*byte;
		*byte = 0;
	}
	return true;
}

bool entropy_read(void *bytes, size_t size)
{
	return (has_rndr() && entropy_words(read_word, bytes, size)) || read_tree(bytes, size) ||
	       read_more(bytes, size);
}
