/*
 * getrandom, by a generator that forgets: each call makes a block of the key, half of which is the next key and the other half
 * the call's own. So what was given cannot be found out from what memory holds later.
 */

#include "entropy_block.h"
#include "entropy.h"
#include "report.h"
#include "sys_calls.h"

enum { NO_WAITING = 1, RANDOM = 2, INSECURE = 4 };

static uint32_t key[CHACHA_KEY_WORDS];
static bool is_seeded;

/* For the eyes of the compiler: the bytes are read after they were cleared. */
static void forget(void *bytes, size_t size)
{
	__builtin_memset(bytes, 0, size);
	__asm__ volatile("" : : "r"(bytes) : "memory");
}

static bool seed(void)
{
	static bool is_told;
	if (!is_seeded)
		is_seeded = entropy_read(key, sizeof(key));
	if (!is_seeded && !is_told) {
		is_told = true;
		report("random: this machine has no source of random bytes\n", NULL);
	}
	return is_seeded;
}

long sys_getrandom(void *bytes, size_t size, unsigned flags)
{
	static const uint32_t nonce[3];
	if (flags & ~(unsigned)(NO_WAITING | RANDOM | INSECURE) || (flags & RANDOM && flags & INSECURE))
		return -SYS_EINVAL;
	if (!seed())
		return -SYS_EIO; /* not ENOSYS: a program must not take something worse instead */
	uint32_t block[CHACHA_BLOCK_WORDS], own[CHACHA_KEY_WORDS];
	entropy_block(key, 0, nonce, block);
	__builtin_memcpy(key, block, sizeof(key));
	__builtin_memcpy(own, block + CHACHA_KEY_WORDS, sizeof(own));
	for (size_t done = 0; done < size; done += sizeof(block)) {
		/* The counter goes on in the nonce behind 2^32 blocks. */
		uint64_t number = done / sizeof(block);
		entropy_block(own, (uint32_t)number, (uint32_t[]){(uint32_t)(number >> 32), 0, 0}, block);
		__builtin_memcpy((char *)bytes + done, block, size - done < sizeof(block) ? size - done : sizeof(block));
	}
	forget(block, sizeof(block));
	forget(own, sizeof(own));
	return (long)size;
}
