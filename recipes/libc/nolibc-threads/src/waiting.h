#ifndef WAITING_H
#define WAITING_H

#include <stddef.h>
#include <stdint.h>
#include <threads.h>

#include "wait.h"

_Static_assert(sizeof(struct nolibc_queue) == sizeof(struct wait_queue), "one layout");

static inline struct wait_queue *nolibc_queue(struct nolibc_queue *queue)
{
	return (struct wait_queue *)queue;
}

/* Wait in `queue`; thrd_success if woken, else thrd_timedout, or thrd_error behind a line that says that `call` waits for nobody. */
int nolibc_thread_wait(struct nolibc_queue *queue, uint64_t deadline, const char *call);

/* When the monotonic clock will show what the clock of TIME_UTC shows at `moment`. */
uint64_t nolibc_thread_deadline(const struct timespec *moment);

/* Get the lock; `deadline` as that of wait_on. */
int nolibc_mutex_lock(mtx_t *mutex, uint64_t deadline, const char *call);

/* Wait for a signal of the condition, without the lock meanwhile. */
int nolibc_condition_wait(cnd_t *condition, mtx_t *mutex, uint64_t deadline, const char *call);

/* What a thread does last; null as long as no key has been made. */
extern void (*nolibc_thread_end)(void);

#endif
