/* Waiting until a moment of the clock of TIME_UTC. */

#include "waiting.h"

int mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict moment)
{
	return nolibc_mutex_lock(mutex, nolibc_thread_deadline(moment), "mtx_timedlock");
}

int cnd_timedwait(cnd_t *restrict condition, mtx_t *restrict mutex, const struct timespec *restrict moment)
{
	return nolibc_condition_wait(condition, mutex, nolibc_thread_deadline(moment), "cnd_timedwait");
}
