/* RDRAND (Intel SDM volume 1, "RDRAND"). */

#include "entropy.h"

enum {
	TRIES = 10, /* the manual's number: a working generator succeeds sooner */
	FEATURE_LEAF = 1,
	FEATURE_RDRAND = 1 << 30, /* in ECX */
};

static bool has_rdrand(void)
{
	uint32_t eax = FEATURE_LEAF, ebx, ecx = 0, edx;
	__asm__("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
	return ecx & FEATURE_RDRAND;
}

static bool read_word(uint64_t *word)
{
	uint8_t is_random = 0;
	for (unsigned i = 0; i < TRIES && !is_random; i++)
		__asm__ volatile("rdrand %0" : "=r"(*word), "=@ccc"(is_random));
	return is_random;
}

/* Generators that have broken down give one word again and again, all ones for example, and call it random. */
bool entropy_read(void *bytes, size_t size)
{
	uint64_t before, word;
	if (!has_rdrand() || !read_word(&before))
		return false;
	for (size_t done = 0; done < size; done += sizeof(word)) {
		if (!read_word(&word) || word == before)
			return false;
		__builtin_memcpy((char *)bytes + done, &word, sizeof(word));
		before = word;
	}
	return true;
}
