/*
 * Waiting for input. The port (port.h, of each platform) interrupts only while somebody waits for input, for nobody else would take it, and
 * a level would end each halt.
 */

#include "console_waiting.h"

#include "port.h"
#include "wait.h"

static struct wait_queue readers;

static bool poll(void)
{
	if (!readers.first || !port_has_input())
		return false;
	wait_wake(&readers, UINT32_MAX);
	return true;
}

static bool arm(void)
{
	port_set_interrupt(readers.first);
	return !readers.first || !port_has_input();
}

void console_wait(void)
{
	static struct wait_source source = {.poll = poll, .arm = arm};
	static bool is_started;
	if (!is_started) {
		is_started = true;
		port_start();
		wait_source_add(&source);
	}
	while (!port_has_input())
		wait_on(&readers, WAIT_FOREVER);
}
