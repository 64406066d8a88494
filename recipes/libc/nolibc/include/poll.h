#ifndef POLL_H
#define POLL_H

/* POSIX, and Linux's ppoll. Context: thread. */

#include <sys/nolibc_time.h>
#include <sys/nolibc_sigset.h>

#define POLLIN 0x1
#define POLLPRI 0x2
#define POLLOUT 0x4
#define POLLERR 0x8
#define POLLHUP 0x10
#define POLLNVAL 0x20
#define POLLRDNORM 0x40
#define POLLRDBAND 0x80
#define POLLWRNORM 0x100
#define POLLWRBAND 0x200
#define POLLRDHUP 0x2000

typedef unsigned long nfds_t;

struct pollfd {
	int fd;
	short events, revents;
};

int poll(struct pollfd *set, nfds_t count, int milliseconds);
int ppoll(struct pollfd *set, nfds_t count, const struct timespec *limit, const sigset_t *mask);

#endif
