#ifndef QUEUE_H
#define QUEUE_H

#include <stdbool.h>
#include <stdint.h>

/* There is one thread: nobody waits while it runs, and nobody runs while it waits. */

static inline bool futex_wait(const uint32_t *word, uint32_t bits)
{
	(void)word;
	(void)bits;
	return false;
}

static inline long futex_wake(const uint32_t *word, uint32_t most, uint32_t bits, uint32_t more, const uint32_t *other)
{
	(void)word;
	(void)most;
	(void)bits;
	(void)more;
	(void)other;
	return 0;
}

#endif
