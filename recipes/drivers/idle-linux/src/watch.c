/* Descriptors whose input ends the wait. */

#include "idle_linux.h"
#include "watched.h"

enum { POLL_IN = 1 };

static unsigned place_of(int descriptor)
{
	unsigned place = 0;
	while (place < idle_watched_count && idle_watched[place].descriptor != descriptor)
		place++;
	return place;
}

void idle_linux_watch(int descriptor)
{
	unsigned place = place_of(descriptor);
	if (place == IDLE_WATCHED_MOST)
		__builtin_trap(); /* more than the contract allows; to go on would wait for ever */
	idle_watched[place] = (struct idle_watched){.descriptor = descriptor, .events = POLL_IN};
	if (place == idle_watched_count)
		idle_watched_count++;
}

void idle_linux_forget(int descriptor)
{
	unsigned place = place_of(descriptor);
	if (place < idle_watched_count)
		idle_watched[place] = idle_watched[--idle_watched_count];
}
