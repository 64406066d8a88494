/*
 * Threads change only in waits, and a stream waits only where its descriptor is read or written. Whoever comes meanwhile waits for
 * the end of that. Part of transfer.c.
 */

#include "wait.h"

static struct wait_queue streams_waiters; /* of all streams, for it is rare */

/* Whether the stream is the caller's until it waits; false: it would wait for ever, which errno says. */
static bool streams_turn(FILE *stream)
{
	while (stream->flags & STREAM_BUSY)
		if (wait_on(&streams_waiters, WAIT_FOREVER) == WAIT_DEADLOCK) {
			errno = EDEADLK;
			return false;
		}
	return true;
}

static void streams_begin(FILE *stream)
{
	stream->flags |= STREAM_BUSY;
}

static void streams_end(FILE *stream)
{
	stream->flags &= ~(unsigned)STREAM_BUSY;
	wait_wake(&streams_waiters, UINT32_MAX);
}
