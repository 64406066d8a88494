#ifndef SOCKET_H
#define SOCKET_H

#include <stdbool.h>

#include "descriptor.h"
#include "linux_call.h"
#include "sys_errors.h"
#include "sys_sockets.h"
#include "wait.h"

/*
 * A socket of the host's kernel behind a descriptor of ours. The host's own never waits: whether a call may is a flag of our object, and while it
 * waits other threads run. Numbers and layouts are the same on both sides, so what the kernel says is handed on. Context of all: thread.
 */
struct socket {
	struct descriptor_object object; /* the first, for what is behind a descriptor is its address */
	struct wait_queue waiters;       /* to read or to write: who is woken tries again */
	int host;                        /* its descriptor of the host, owned */
	bool is_stream;
};

/* What is asked of the host about a socket; its bits are those of descriptor_ready. */
enum { HOST_EVENTS = DESCRIPTOR_READABLE | DESCRIPTOR_WRITABLE | DESCRIPTOR_HALF };

/* Which of them are so now. */
unsigned host_ready(struct descriptor_object *object);

/* The socket behind a descriptor, not owned; NULL with `error` if there is none. */
struct socket *host_socket(int descriptor, long *error);

/* Put what the host has opened behind a descriptor, with `flags` of SYS_SOCK_; or hand the host's error on. */
long host_install(long host, bool is_stream, int flags);

/* From now on until it is closed, wake who waits in the socket and tell who watches it when it may have become ready. 0, or an error. */
long host_watch(struct socket *socket);

/* How long a call waits, however often it tries. */
struct patience {
	bool may_wait;
	int option;        /* that has the limit: SYS_SO_RCVTIMEO or SYS_SO_SNDTIMEO */
	uint64_t deadline; /* 0: it has not waited yet */
};

/* Whether a call with `flags` of messages may wait in the socket. */
bool host_may_wait(const struct socket *socket, int flags);

/*
 * Have the host do it on the socket, and again whenever that has changed, until it is done or the patience is over. The socket may be closed
 * meanwhile, and is then gone.
 */
long host_try(struct socket *socket, struct patience *patience, enum linux_call_number number, long a, long b, long c);

/* A message, all of it where the call waits. */
long host_send(struct socket *socket, const struct sys_msghdr *message, int flags);
long host_receive(struct socket *socket, struct sys_msghdr *message, int flags);

#endif
