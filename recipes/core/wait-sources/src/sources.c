/* Where events come from. */

#include "wait_sources.h"

#include <stddef.h>

#include "idle.h"

struct wait_source *wait_sources;

void wait_source_add(struct wait_source *source)
{
	source->next = wait_sources;
	wait_sources = source;
}

bool wait_sources_poll(void)
{
	bool has_come = false;
	for (struct wait_source *source = wait_sources; source; source = source->next)
		has_come |= source->poll();
	return has_come;
}

void wait_sources_halt(uint64_t deadline)
{
	for (struct wait_source *source = wait_sources; source; source = source->next) {
		uint64_t next = source->deadline ? source->deadline() : WAIT_FOREVER;
		if (source->arm && !source->arm())
			return;
		if (next < deadline)
			deadline = next;
	}
	idle_until(deadline);
}
