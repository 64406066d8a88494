#ifndef THREAD_H
#define THREAD_H

#include "machine.h"
#include "wait.h"

/*
 * The capability `threads`: threads that take turns on one processor. One runs until it waits (wait.h) or ends, so between two waits
 * nobody else sees or changes anything. Context of all: thread.
 */

/*
 * Start function(first, second) in a thread of its own, which runs once the caller waits; what it returns is its value. Its stack has
 * a guard page below it. NULL: there is no memory for it.
 */
struct thread *thread_create(void *(*function)(void *first, void *second), void *first, void *second);

/* End the calling thread. When the last one ends, so does the guest, with status 0. */
_Noreturn void thread_exit(void *value);

/*
 * Wait until the thread ends, and get its value; then it is gone. Only one may wait for it, and once. WAIT_DEADLOCK: it will never end,
 * and is still there.
 */
enum wait_result thread_join(struct thread *thread, void **value);

/* Nobody will wait for the thread's end: it is gone as soon as it ends. */
void thread_detach(struct thread *thread);

/* The calling thread. */
struct thread *thread_self(void);

/* How many threads have not ended. */
unsigned thread_count(void);

/* The calling thread's stack, without its guard page; empty where that is main's, which the boot recipe knows. Context: any. */
const struct memory_range *thread_stack(void);

/*
 * A word that each thread has for itself though it has one address: it is put aside while others run. A C library with such a word
 * (errno) defines this pointer.
 */
extern int *const thread_own_word;

#endif
