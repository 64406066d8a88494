#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sys_types.h"
#include "wait.h"

/* The capability `posix.signals`, for who waits for one. Context of all: thread. */

/* Linux's numbers, of those that something here depends on. */
enum signal_number {
	SIGNAL_ABORT = 6,
	SIGNAL_KILL = 9,
	SIGNAL_CHILD = 17,
	SIGNAL_CONTINUE = 18,
	SIGNAL_STOP = 19,
	SIGNAL_URGENT = 23,
	SIGNAL_WINDOW = 28,
	SIGNAL_REAL_TIME = 32, /* from here on those that are pending are counted */
	SIGNALS = 64,          /* also the last number */
};

enum { SIGNALS_QUEUED = 32 };

/* Where an info tells that a signal comes from. */
enum signal_code { CODE_USER = 0, CODE_QUEUE = -1, CODE_THREAD = -6 };

/* The generic ABI's siginfo, of a signal that a process has sent. */
struct signal_info {
	int32_t number, error, code, padding;
	int32_t process;
	uint32_t user;
	uintptr_t value;
	uint64_t rest[12];
};
_Static_assert(sizeof(struct signal_info) == 128, "the ABI's size");

/* A set of signals, as all calls have it: bit n - 1 for number n. */
static inline uint64_t signal_bit(int number)
{
	return UINT64_C(1) << (number - 1);
}

#define SIGNALS_UNMASKABLE (signal_bit(SIGNAL_KILL) | signal_bit(SIGNAL_STOP))

/* What is told of a signal that was sent. */
struct signal_sent {
	int32_t number, code;
	uintptr_t value;
};

extern struct signals_state {
	uint64_t mask, pending;
	uint64_t handled;          /* how often a handler has run */
	struct wait_queue waiters; /* who waits for any signal */
	struct sys_sigaction actions[SIGNALS];
	struct signal_sent sent[SIGNALS];           /* those that are pending: of several with one number the first */
	struct signal_sent queue[SIGNALS_QUEUED]; /* the others of real-time signals, in their order */
	uint32_t queued;
} signals_state;

/* The alternative stack; apart, for it begins as disabled and the rest as zeros, which no file holds. */
extern struct sys_stack signals_stack;

/* Let what is pending and not masked take effect; whether a handler has run. */
bool signals_deliver(void);

/* A pending signal is done with; the next of its number, if there is one, is pending in its place. */
void signals_forget(int number);

/* What a handler would be told of a pending signal. */
struct signal_info signals_info_of(int number);

/* Whether this is called on the alternative stack. */
bool signals_is_on_stack(void);

/* Call handler(number, info, NULL) on the stack that ends at `stack_end`. */
void signals_call_on(void *stack_end, void (*handler)(int), int number, struct signal_info *info);

#endif
