/*
 * Futexes: who waits for a word stands in a list of those whose words have the same hash, in the order in which they came. Where no
 * other thread can ever wake it, to wait without a limit is a deadlock, which ends the guest with the address of the word.
 */

#include "clock.h"
#include "machine.h"
#include "report.h"
#include "sys_calls.h"
#include "wait.h"

enum operation {
	WAIT = 0,
	WAKE = 1,
	REQUEUE = 3,
	COMPARE_REQUEUE = 4,
	WAIT_BITS = 9,
	WAKE_BITS = 10,
	OPERATION = 0x7f, /* without FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME */
	REAL_TIME = 0x100,
};

enum { LISTS = 16 };

#define SECOND INT64_C(1000000000)

/* On the stack of who waits. */
struct waiter {
	const uint32_t *word;
	uint32_t bits;
	bool is_woken; /* and no longer in a list */
	struct wait_queue queue;
	struct waiter *next;
};

static struct waiter *lists[LISTS];

/* Of the providers of `wait` and `clock`, and of posix/time, where they are in the image. */
extern __typeof__(wait_on) wait_on __attribute__((weak));
extern __typeof__(wait_wake) wait_wake __attribute__((weak));
extern __typeof__(clock_monotonic) clock_monotonic __attribute__((weak));
extern __typeof__(sys_clock_gettime) sys_clock_gettime __attribute__((weak));

static struct waiter **list_of(const uint32_t *word)
{
	return &lists[(uintptr_t)word / sizeof(*word) % LISTS];
}

static void append(struct waiter *waiter)
{
	struct waiter **link = list_of(waiter->word);
	while (*link)
		link = &(*link)->next;
	waiter->next = NULL;
	*link = waiter;
}

static void remove(struct waiter *waiter)
{
	struct waiter **link = list_of(waiter->word);
	while (*link != waiter)
		link = &(*link)->next;
	*link = waiter->next;
}

/* When the wait is to end: a moment of a clock, or so much further than now. */
static uint64_t deadline_of(const struct sys_timespec *limit, int operation)
{
	uint64_t now = clock_monotonic();
	struct sys_timespec from = {0, 0};
	if ((operation & OPERATION) == WAIT_BITS) {
		from = (struct sys_timespec){(int64_t)(now / SECOND), (int64_t)(now % SECOND)};
		if (operation & REAL_TIME && sys_clock_gettime)
			sys_clock_gettime(SYS_CLOCK_REALTIME, &from);
	}
	int64_t left;
	if (__builtin_sub_overflow(limit->seconds, from.seconds, &left) || left > INT64_MAX / SECOND - 1)
		return WAIT_FOREVER - 1;
	left = left < -1 ? 0 : left * SECOND + limit->nanoseconds - from.nanoseconds;
	uint64_t deadline = now + (left > 0 ? (uint64_t)left : 0);
	return deadline < WAIT_FOREVER ? deadline : WAIT_FOREVER - 1;
}

static long wait(uint32_t *word, int operation, const struct sys_timespec *limit, uint32_t bits)
{
	if (limit && (limit->seconds < 0 || limit->nanoseconds < 0 || limit->nanoseconds >= SECOND))
		return -SYS_EINVAL;
	if (bits == 0)
		return -SYS_EINVAL;
	struct waiter waiter = {.word = word, .bits = bits};
	uint64_t deadline = limit && wait_on ? deadline_of(limit, operation) : WAIT_FOREVER;
	enum wait_result result = limit ? WAIT_TIMED_OUT : WAIT_DEADLOCK;
	append(&waiter);
	if (wait_on)
		do
			result = wait_on(&waiter.queue, deadline);
		while (result == WAIT_WOKEN && !waiter.is_woken);
	if (waiter.is_woken)
		return 0;
	if (result == WAIT_DEADLOCK) {
		report("futex: deadlock, nobody can wake who waits at " REPORT_HEX "\n", (uint64_t[]){(uintptr_t)word});
		machine_end(ENDING_ABORT, 0);
	}
	remove(&waiter);
	return -SYS_ETIMEDOUT;
}

/* Wake the first `most` who wait at `word` for any of `bits`, and let the `more` after them wait at `other`. How many were woken or moved. */
static long wake(const uint32_t *word, uint32_t most, uint32_t bits, uint32_t more, const uint32_t *other)
{
	long woken = 0, moved = 0;
	for (struct waiter **link = list_of(word), *waiter; (waiter = *link) != NULL;) {
		bool concerned = waiter->word == word && waiter->bits & bits;
		if (concerned && (uint32_t)woken < most) {
			*link = waiter->next;
			waiter->is_woken = true;
			wait_wake(&waiter->queue, 1);
			woken++;
		} else if (concerned && (uint32_t)moved < more && other != word) {
			*link = waiter->next;
			waiter->word = other;
			append(waiter);
			moved++;
		} else {
			link = &waiter->next;
		}
	}
	return woken + moved;
}

long sys_futex(uint32_t *word, int operation, uint32_t value, const struct sys_timespec *limit, uint32_t *other, uint32_t bits)
{
	const uint32_t more = (uint32_t)(uintptr_t)limit; /* of who wakes */
	switch (operation & OPERATION) {
	case WAIT:
	case WAIT_BITS:
		if (*(volatile uint32_t *)word != value)
			return -SYS_EAGAIN;
		return wait(word, operation, limit, (operation & OPERATION) == WAIT ? UINT32_MAX : bits);
	case WAKE:
		return wake(word, value, UINT32_MAX, 0, NULL);
	case WAKE_BITS:
		return bits ? wake(word, value, bits, 0, NULL) : -SYS_EINVAL;
	case COMPARE_REQUEUE:
		if (*(volatile uint32_t *)word != bits)
			return -SYS_EAGAIN;
		return wake(word, value, UINT32_MAX, more, other);
	case REQUEUE:
		return wake(word, value, UINT32_MAX, more, other);
	default:
		return -SYS_ENOSYS;
	}
}
