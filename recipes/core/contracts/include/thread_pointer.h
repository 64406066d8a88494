#ifndef THREAD_POINTER_H
#define THREAD_POINTER_H

/*
 * The register from which compiled code finds thread-local variables (`_Thread_local`): FS base on x86_64, TPIDR_EL0
 * on aarch64.
 * Context: any; it is the calling thread's until it is set again.   Ownership: the caller keeps what `pointer` points at,
 * which must stay where it is. On x86_64 the first word there must hold its own address.
 */
void thread_pointer_set(void *pointer);

#endif
