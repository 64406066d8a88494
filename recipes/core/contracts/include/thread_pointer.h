#ifndef THREAD_POINTER_H
#define THREAD_POINTER_H

/*
 * The capability `thread-pointer`: the register through which the compiler finds thread-locals (FS base on x86_64,
 * TPIDR_EL0 on aarch64). Context: thread; code that uses a thread-local before the first call is wrong.
 */
void thread_pointer_set(void *pointer);

#endif
