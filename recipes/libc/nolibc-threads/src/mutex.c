/*
 * Locks: ISO C11, section 7.26.4. Who unlocks hands the lock to the first that waits for it: otherwise it could lock again before
 * that one's turn has come, again and again.
 */

#include "thread.h"
#include "waiting.h"

int mtx_init(mtx_t *mutex, int kind)
{
	if (kind & ~(mtx_recursive | mtx_timed))
		return thrd_error;
	*mutex = (mtx_t){.kind = (unsigned)kind};
	return thrd_success;
}

void mtx_destroy(mtx_t *mutex)
{
	(void)mutex;
}

/* Whether the caller has it now. */
static bool take(mtx_t *mutex)
{
	struct thread *self = thread_self();

	if (mutex->owner && !(mutex->owner == self && mutex->kind & mtx_recursive))
		return false;
	mutex->owner = self;
	mutex->depth++;
	return true;
}

int nolibc_mutex_lock(mtx_t *mutex, uint64_t deadline, const char *call)
{
	return take(mutex) ? thrd_success : nolibc_thread_wait(&mutex->waiters, deadline, call);
}

int mtx_lock(mtx_t *mutex)
{
	return nolibc_mutex_lock(mutex, WAIT_FOREVER, "mtx_lock");
}

int mtx_trylock(mtx_t *mutex)
{
	return take(mutex) ? thrd_success : thrd_busy;
}

int mtx_unlock(mtx_t *mutex)
{
	if (mutex->owner != thread_self())
		return thrd_error;
	if (--mutex->depth > 0)
		return thrd_success;
	mutex->owner = mutex->waiters.first;
	if (mutex->owner) {
		mutex->depth = 1;
		wait_wake(nolibc_queue(&mutex->waiters), 1);
	}
	return thrd_success;
}
