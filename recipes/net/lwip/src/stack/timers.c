/*
 * lwIP's timers, in place of its own: those take a piece of memory for each turn, and end the guest where there is none left. All of them come
 * again and again; the first is TCP's and runs while there are connections.
 */

#include "timers.h"

#include <stdbool.h>

#include "clock.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/timeouts.h"
#include "wait.h"

enum { TIMERS_MOST = 12, MILLISECOND = 1000000 };

static uint64_t due[TIMERS_MOST];

static bool is_needed(int number)
{
	return number > 0 || tcp_active_pcbs || tcp_tw_pcbs;
}

static uint64_t length_of(int number)
{
	return (uint64_t)lwip_cyclic_timers[number].interval_ms * MILLISECOND;
}

/* lwip_init calls this. */
void sys_timeouts_init(void)
{
	if (lwip_num_cyclic_timers > TIMERS_MOST)
		__builtin_trap();
	for (int number = 0; number < lwip_num_cyclic_timers; number++)
		due[number] = clock_monotonic() + length_of(number);
}

void timers_run(void)
{
	uint64_t now = clock_monotonic();

	for (int number = 0; number < lwip_num_cyclic_timers; number++) {
		if (now < due[number] || !is_needed(number))
			continue;
		due[number] += length_of(number);
		if (due[number] <= now) /* turns that nobody had time for are left out */
			due[number] = now + length_of(number);
		lwip_cyclic_timers[number].handler();
	}
}

uint64_t timers_next(void)
{
	uint64_t next = WAIT_FOREVER;

	for (int number = 0; number < lwip_num_cyclic_timers; number++)
		if (is_needed(number) && due[number] < next)
			next = due[number];
	return next;
}
