/* The stack's clock: milliseconds, which may wrap. */

#include "clock.h"
#include "lwip/sys.h"

u32_t sys_now(void)
{
	return (u32_t)(clock_monotonic() / 1000000);
}
