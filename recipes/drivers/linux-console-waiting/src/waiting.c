/* Descriptor 0 ends the process's halt only while somebody waits for input, for nobody else would take it. */

#include "console_waiting.h"

#include <stdint.h>

#include "idle_linux.h"
#include "linux_call.h"
#include "wait.h"

enum { INPUT = 0, POLL_IN = 1 };

static struct wait_queue readers;

/* Or its end, or an error: reading would not wait. */
static bool has_input(void)
{
	struct {
		int32_t descriptor;
		int16_t events, returned;
	} one = {INPUT, POLL_IN, 0};
	const uint64_t at_once[2] = {0, 0};
	return linux_call_6(LINUX_PPOLL, (long)&one, 1, (long)at_once, 0, 0, 0) != 0;
}

static bool poll(void)
{
	if (!readers.first || !has_input())
		return false;
	wait_wake(&readers, UINT32_MAX);
	return true;
}

static bool arm(void)
{
	if (readers.first)
		idle_linux_watch(INPUT);
	else
		idle_linux_forget(INPUT);
	return true;
}

void console_wait(void)
{
	static struct wait_source source = {.poll = poll, .arm = arm};
	static bool is_started;
	if (!is_started) {
		is_started = true;
		wait_source_add(&source);
	}
	while (!has_input())
		wait_on(&readers, WAIT_FOREVER);
}
