/* Conditions: ISO C11, section 7.26.3. Between unlocking and waiting nobody else runs, so no signal is lost. */

#include "waiting.h"

int cnd_init(cnd_t *condition)
{
	*condition = (cnd_t){{NULL, NULL}};
	return thrd_success;
}

void cnd_destroy(cnd_t *condition)
{
	(void)condition;
}

int cnd_signal(cnd_t *condition)
{
	wait_wake(nolibc_queue(&condition->waiters), 1);
	return thrd_success;
}

int cnd_broadcast(cnd_t *condition)
{
	wait_wake(nolibc_queue(&condition->waiters), UINT32_MAX);
	return thrd_success;
}

int nolibc_condition_wait(cnd_t *condition, mtx_t *mutex, uint64_t deadline, const char *call)
{
	unsigned depth = mutex->depth;
	int result, locked;

	mutex->depth = 1;
	if (mtx_unlock(mutex) != thrd_success)
		return thrd_error;
	result = nolibc_thread_wait(&condition->waiters, deadline, call);
	locked = nolibc_mutex_lock(mutex, WAIT_FOREVER, call);
	if (locked != thrd_success)
		return locked;
	mutex->depth = depth;
	return result;
}

int cnd_wait(cnd_t *condition, mtx_t *mutex)
{
	return nolibc_condition_wait(condition, mutex, WAIT_FOREVER, "cnd_wait");
}
