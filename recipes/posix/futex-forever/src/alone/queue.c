/* The only thread need not be found. */

#include "futex.h"

void futex_append(struct futex_waiter *waiter)
{
	(void)waiter;
}

void futex_remove(struct futex_waiter *waiter)
{
	(void)waiter;
}
