/* RDRAND (Intel SDM volume 1, "RDRAND"), else what `more.h` has. */

#include "entropy.h"

#include "entropy_words.h"
#include "more.h"

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

bool entropy_read(void *bytes, size_t size)
{
	return (has_rdrand() && entropy_words(read_word, bytes, size)) || read_more(bytes, size);
}
