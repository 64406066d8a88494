#include "wait.h"
#include "clock.h"
static struct wait_source *first;
static bool woken;
void wait_source_add(struct wait_source *s) { s->next = first; first = s; }
void wait_yield(void)
{
	bool any = false;
	for (struct wait_source *s = first; s; s = s->next)
		any |= s->poll();
	if (!any)
		for (struct wait_source *s = first; s; s = s->next)
			if (s->arm)
				s->arm();
}
void wait_wake(struct wait_queue *q, unsigned most) { (void)q; (void)most; woken = true; }
enum wait_result wait_on(struct wait_queue *q, uint64_t deadline)
{
	(void)q;
	woken = false;
	while (!woken) {
		if (clock_monotonic() >= deadline)
			return WAIT_TIMED_OUT;
		wait_yield();
	}
	return WAIT_WOKEN;
}
