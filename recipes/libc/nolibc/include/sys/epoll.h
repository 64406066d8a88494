#ifndef SYS_EPOLL_H
#define SYS_EPOLL_H

/* Linux's epoll(7). Context: thread. */

#include <stdint.h>
#include <sys/nolibc_sigset.h>

#define EPOLL_CLOEXEC 02000000

#define EPOLL_CTL_ADD 1
#define EPOLL_CTL_DEL 2
#define EPOLL_CTL_MOD 3

#define EPOLLIN 0x1u
#define EPOLLPRI 0x2u
#define EPOLLOUT 0x4u
#define EPOLLERR 0x8u
#define EPOLLHUP 0x10u
#define EPOLLRDNORM 0x40u
#define EPOLLRDBAND 0x80u
#define EPOLLWRNORM 0x100u
#define EPOLLWRBAND 0x200u
#define EPOLLRDHUP 0x2000u
#define EPOLLEXCLUSIVE 0x10000000u
#define EPOLLWAKEUP 0x20000000u
#define EPOLLONESHOT 0x40000000u
#define EPOLLET 0x80000000u

typedef union {
	void *ptr;
	int fd;
	uint32_t u32;
	uint64_t u64;
} epoll_data_t;

struct epoll_event {
	uint32_t events;
	epoll_data_t data;
}
#ifdef __x86_64__
__attribute__((packed)) /* as the kernel of that architecture has it */
#endif
;

int epoll_create(int size);
int epoll_create1(int flags);
int epoll_ctl(int epoll, int operation, int descriptor, struct epoll_event *event);
int epoll_wait(int epoll, struct epoll_event *events, int most, int milliseconds);
int epoll_pwait(int epoll, struct epoll_event *events, int most, int milliseconds, const sigset_t *mask);

#endif
