/* Descriptor 0 of a process ends its halt. */

#include <stdbool.h>
#include <stdint.h>

#include "idle_linux.h"
#include "linux_call.h"

enum { INPUT = 0, POLL_IN = 1 };

/* Or its end, or an error: reading would not wait. */
static bool port_has_input(void)
{
	struct {
		int32_t descriptor;
		int16_t events, returned;
	} one = {INPUT, POLL_IN, 0};
	const uint64_t at_once[2] = {0, 0};
	return linux_call_6(LINUX_PPOLL, (long)&one, 1, (long)at_once, 0, 0, 0) != 0;
}

static void port_set_interrupt(bool is_on)
{
	if (is_on)
		idle_linux_watch(INPUT);
	else
		idle_linux_forget(INPUT);
}

static void port_start(void)
{
}
