#ifndef SYS_SELECT_H
#define SYS_SELECT_H

/* POSIX. Context: thread. */

#include <sys/nolibc_sigset.h>
#include <sys/nolibc_time.h>

#define FD_SETSIZE 1024

typedef struct {
	unsigned long nolibc_words[FD_SETSIZE / 64];
} fd_set;

#define FD_ZERO(set) ((void)(*(set) = (fd_set){{0}}))
#define FD_SET(descriptor, set) ((void)((set)->nolibc_words[(descriptor) / 64] |= 1ul << (descriptor) % 64))
#define FD_CLR(descriptor, set) ((void)((set)->nolibc_words[(descriptor) / 64] &= ~(1ul << (descriptor) % 64)))
#define FD_ISSET(descriptor, set) ((int)((set)->nolibc_words[(descriptor) / 64] >> (descriptor) % 64 & 1))

/* What is left of the time is not told. */
int select(int count, fd_set *restrict read, fd_set *restrict write, fd_set *restrict except, struct timeval *restrict limit);
int pselect(int count, fd_set *restrict read, fd_set *restrict write, fd_set *restrict except,
	    const struct timespec *restrict limit, const sigset_t *restrict mask);

#endif
