/* Where events come from. */

#include "sources.h"

void wait_source_add(struct wait_source *source)
{
	source->next = wait_sources;
	wait_sources = source;
}
