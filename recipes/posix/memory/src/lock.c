/* Memory that is locked stays in memory, as all of it does here. */

#include <stdbool.h>

#include "sys_calls.h"

long sys_mlock(const void *start, size_t size)
{
	(void)start;
	(void)size;
	return 0;
}

long sys_mlock2(const void *start, size_t size, unsigned flags)
{
	(void)start;
	(void)size;
	return flags > 1 ? -SYS_EINVAL : 0;
}

long sys_munlock(const void *start, size_t size)
{
	(void)start;
	(void)size;
	return 0;
}

long sys_mlockall(int flags)
{
	enum { CURRENT = 1, FUTURE = 2, ON_FAULT = 4 };
	bool says_what = flags & (CURRENT | FUTURE);
	return says_what && !(flags & ~(CURRENT | FUTURE | ON_FAULT)) ? 0 : -SYS_EINVAL;
}

long sys_munlockall(void)
{
	return 0;
}
