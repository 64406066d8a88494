/* What happens once: ISO C11, section 7.26.2. Who comes meanwhile waits until it is done. */

#include "waiting.h"

enum { NOT_YET, BEGUN, DONE };

void call_once(once_flag *flag, void (*function)(void))
{
	if (flag->state == NOT_YET) {
		flag->state = BEGUN;
		function();
		flag->state = DONE;
		wait_wake(nolibc_queue(&flag->waiters), UINT32_MAX);
	}
	while (flag->state != DONE)
		if (nolibc_thread_wait(&flag->waiters, WAIT_FOREVER, "call_once") == thrd_error)
			return;
}
