/*
 * The stack's timers, all of which come again and again. lwIP's own way takes memory each time that one is set, and ends the guest where there is
 * none; here each has its place for ever.
 */

#include "timers.h"

#include "lwip/priv/tcp_priv.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"

enum { TIMERS_MOST = 12 }; /* of lwIP with all that it can do */

static u32_t due[TIMERS_MOST];
static unsigned running; /* a bit for each */

/* That of TCP rests while there is no connection. */
static bool is_wanted(const struct lwip_cyclic_timer *timer)
{
	return timer->handler != tcp_tmr || tcp_active_pcbs || tcp_tw_pcbs;
}

void timers_run(void)
{
	u32_t now = sys_now();

	for (int i = 0; i < lwip_num_cyclic_timers; i++) {
		const struct lwip_cyclic_timer *timer = &lwip_cyclic_timers[i];

		if (!is_wanted(timer)) {
			running &= ~(1u << i);
			continue;
		}
		if (!(running & 1u << i)) {
			running |= 1u << i;
			due[i] = now + timer->interval_ms;
		} else if ((s32_t)(now - due[i]) >= 0) {
			timer->handler();
			due[i] += timer->interval_ms;
			if ((s32_t)(now - due[i]) >= 0) /* it is late by more than that: no two at once */
				due[i] = now + timer->interval_ms;
		}
	}
}

uint32_t timers_left(void)
{
	u32_t now = sys_now(), least = UINT32_MAX;

	for (int i = 0; i < lwip_num_cyclic_timers; i++) {
		const struct lwip_cyclic_timer *timer = &lwip_cyclic_timers[i];
		s32_t left = running & 1u << i ? (s32_t)(due[i] - now) : (s32_t)timer->interval_ms;

		if (is_wanted(timer) && (left < 0 ? 0 : (u32_t)left) < least)
			least = left < 0 ? 0 : (u32_t)left;
	}
	return least;
}
