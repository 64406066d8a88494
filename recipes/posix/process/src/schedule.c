/* The only processor, for all threads alike. */

#include <stdbool.h>

#include "sys_calls.h"
#include "wait.h"

enum { ITSELF = 1, OTHER = 0, FIFO = 1, ROUND_ROBIN = 2 };

/* Where others could run, or something could come. */
extern __typeof__(wait_yield) wait_yield __attribute__((weak));

static bool is_itself(int process)
{
	return process == 0 || process == ITSELF;
}

long sys_sched_yield(void)
{
	if (wait_yield)
		wait_yield();
	return 0;
}

long sys_sched_getaffinity(int process, size_t size, void *mask)
{
	if (!is_itself(process))
		return -SYS_ESRCH;
	if (size < sizeof(uint64_t) || size % sizeof(uint64_t) != 0)
		return -SYS_EINVAL;
	*(uint64_t *)mask = 1;
	return sizeof(uint64_t);
}

long sys_sched_setaffinity(int process, size_t size, const void *mask)
{
	if (!is_itself(process))
		return -SYS_ESRCH;
	return size > 0 && *(const uint8_t *)mask & 1 ? 0 : -SYS_EINVAL;
}

long sys_sched_getscheduler(int process)
{
	return is_itself(process) ? OTHER : -SYS_ESRCH;
}

long sys_sched_getparam(int process, int *priority)
{
	if (!is_itself(process))
		return -SYS_ESRCH;
	*priority = 0;
	return 0;
}

long sys_sched_get_priority_max(int policy)
{
	if (policy < 0 || policy > ROUND_ROBIN)
		return -SYS_EINVAL;
	return policy == OTHER ? 0 : 99;
}

long sys_sched_get_priority_min(int policy)
{
	if (policy < 0 || policy > ROUND_ROBIN)
		return -SYS_EINVAL;
	return policy == OTHER ? 0 : FIFO;
}

/* Nobody else waits for the processor, so there is no limit; Linux too has 0 for that. */
long sys_sched_rr_get_interval(int process, struct sys_timespec *interval)
{
	if (process < 0)
		return -SYS_EINVAL;
	if (!is_itself(process))
		return -SYS_ESRCH;
	*interval = (struct sys_timespec){0, 0};
	return 0;
}

long sys_getcpu(uint32_t *processor, uint32_t *node)
{
	if (processor)
		*processor = 0;
	if (node)
		*node = 0;
	return 0;
}
