/* Waiting, and what is told if it were for ever. */

#include "waiting.h"

#include <string.h>

#include "console.h"

static void say(const char *words)
{
	console_write(words, strlen(words));
}

int nolibc_thread_wait(struct nolibc_queue *queue, uint64_t deadline, const char *call)
{
	switch (wait_on(nolibc_queue(queue), deadline)) {
	case WAIT_WOKEN:
		return thrd_success;
	case WAIT_TIMED_OUT:
		return thrd_timedout;
	default:
		say("deadlock: ");
		say(call);
		say(" waits for what nobody can do\n");
		return thrd_error;
	}
}
