/* Descriptors whose input ends the wait. */

#include "idle_linux.h"
#include "watched.h"

enum { POLL_IN = 1 };

void idle_linux_watch(int descriptor)
{
	if (idle_watched_count == IDLE_WATCHED_MOST)
		__builtin_trap(); /* more than the contract allows; to go on would wait for ever */
	idle_watched[idle_watched_count++] = (struct idle_watched){.descriptor = descriptor, .events = POLL_IN};
}
