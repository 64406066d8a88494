#ifndef FUTEX_H
#define FUTEX_H

#include <stdbool.h>
#include <stdint.h>

#include "sys_types.h"
#include "wait.h"

/*
 * The capability `posix.futex-forever`: futexes of who waits until it is woken. Who may want a limit calls sys_futex, which brings a clock
 * and a halt. Context of all: thread.
 */

enum futex_operation {
	FUTEX_WAIT = 0,
	FUTEX_WAKE = 1,
	FUTEX_REQUEUE = 3,
	FUTEX_COMPARE_REQUEUE = 4,
	FUTEX_WAIT_BITS = 9,
	FUTEX_WAKE_BITS = 10,
	FUTEX_OPERATION = 0x7f, /* without FUTEX_PRIVATE_FLAG and FUTEX_REAL_TIME */
	FUTEX_REAL_TIME = 0x100,
};

/*
 * sys_futex, but that who waits does so without a limit. `limit` is the number of those who are to be moved, for operations that move some.
 * Where nobody can ever wake who would wait, the guest ends, with the address of the word.
 */
long futex_forever(uint32_t *word, int operation, uint32_t value, const struct sys_timespec *limit, uint32_t *other, uint32_t bits);

/* Who waits at a word; on its own stack. */
struct futex_waiter {
	const uint32_t *word;
	uint32_t bits;
	bool is_woken; /* and no longer in a list */
	struct wait_queue queue;
	struct futex_waiter *next;
};

/* Have a waiter found, in the order in which they came; from then on it is in a list until it is woken or removed. */
void futex_append(struct futex_waiter *waiter);
void futex_remove(struct futex_waiter *waiter);

#endif
