#ifndef SOCKET_H
#define SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "descriptor.h"
#include "lwip/err.h"
#include "lwip/ip_addr.h"
#include "lwip/pbuf.h"
#include "sys_errors.h"
#include "sys_sockets.h"
#include "wait.h"

/*
 * What streams and datagrams share. A socket belongs to its descriptors and to the calls that wait in it; it ends when the last of them has let
 * go. Lengths are bytes; results are those of the system calls. Context of all: thread.
 */

struct socket;

/* An address with its port, in the order of this machine. */
struct endpoint {
	ip_addr_t address;
	uint16_t port;
};

/* Bytes in several places, and how many of them are done. */
struct socket_parts {
	const struct sys_iovec *parts;
	size_t count;
	size_t offset; /* in the first of them */
};

/*
 * What a kind of sockets is. Of what it does only these stand here, for every descriptor can be read and written; the rest is called by its name
 * (stream.h, datagram.h), so that an image has it only if a program makes that call.
 */
struct socket_kind {
	int type;
	int buffer_usual, buffer_most; /* what SO_RCVBUF and SO_SNDBUF are at first, and what can be asked for */
	long (*send)(struct socket *socket, struct socket_parts parts, int flags, struct endpoint *to);
	long (*receive)(struct socket *socket, struct socket_parts parts, int flags, struct endpoint *from, bool *is_cut);
};

struct socket {
	struct descriptor_object object; /* the first, for what is behind a descriptor is its address */
	const struct socket_kind *kind;
	struct wait_queue readers, writers;
	uint64_t receive_limit, send_limit; /* nanoseconds that a call may wait, 0: for ever */
	uint32_t inode;
	uint16_t error; /* a sys_error that is told once, 0: none */
	bool has_ipv6, is_ipv6_only; /* see family.h */
	int receive_bytes, send_bytes; /* SO_RCVBUF and SO_SNDBUF as Linux tells them: what a program asked for, twice */
};

/* How each kind begins. */
struct ip_pcb;
struct socket_with_pcb {
	struct socket socket;
	struct ip_pcb *pcb; /* null: lwIP has given it up */
};

extern const struct socket_kind socket_streams, socket_datagrams;

static inline bool socket_is_stream(const struct socket *socket)
{
	return socket->kind == &socket_streams;
}

extern const struct descriptor_operations socket_stream_operations, socket_datagram_operations;

/* Begin a socket of `size` bytes, all of them zero but for the beginning. NULL: memory has ended. */
struct socket *socket_make(size_t size, const struct socket_kind *kind, const struct descriptor_operations *operations);

/* Give the memory of a socket back that socket_make gave. */
void socket_forget(struct socket *socket);

/* A new socket of each kind; NULL: memory has ended. */
struct socket *socket_stream(void);
struct socket *socket_datagram(void);

/* Operations that both kinds have as descriptors; the socket stays while they wait. */
long socket_read(struct descriptor_object *object, void *bytes, size_t size, int64_t *position);
long socket_write(struct descriptor_object *object, const void *bytes, size_t size, int64_t *position);
long socket_write_parts(struct descriptor_object *object, const struct sys_iovec *parts, size_t count);
void socket_status(struct descriptor_object *object, struct sys_stat *status);

/*
 * Wait in one of its queues. Zero, or why the call must end: EAGAIN where it may not wait (`waits` is false) or `deadline` has come, EDEADLK.
 */
long socket_wait(struct wait_queue *queue, bool waits, uint64_t deadline);

/* When a call must end that begins now and may wait for `limit`. */
uint64_t socket_deadline(uint64_t limit);

/* Something can be read, or written, that could not before; or the socket has failed. */
void socket_changed(struct socket *socket);

/* See that packets can go there: wait for an address of ours. No address at all means this machine. Zero, or -ENETUNREACH. */
long socket_reach(struct endpoint *to);

/* The error that is to be told once, negated; zero if there is none. */
long socket_error(struct socket *socket);

/*
 * -EPIPE: the other side reads no more, or this one may not write; a program that does not look at results is told by a signal.
 */
long socket_broken(int flags);

/* What lwIP says, as a negated sys_error. */
long socket_result(err_t error);

/* A port for a connection of ours that nobody can foresee; it may be taken. */
uint16_t socket_random_port(void);

/* How many bytes the parts have in all. */
size_t socket_total(const struct socket_parts *parts);

/* Copy bytes to the parts' places from where they are, and go on there. How many, at most what is left of the parts. */
size_t socket_scatter(struct socket_parts *to, const void *bytes, size_t size);

/* Where the next bytes of the parts are, and how many in one piece; socket_advance goes behind them. */
size_t socket_next(struct socket_parts *parts, const void **bytes);
void socket_advance(struct socket_parts *parts, size_t size);

/* The name of this side. */
void socket_local(struct socket *socket, struct endpoint *name);

/* Options that both kinds have; of a socket whose `pcb` is null those that change nothing. */
long socket_set_common(struct ip_pcb *pcb, int level, int name, int value);
long socket_get_common(const struct ip_pcb *pcb, int level, int name, int *value);

/* A datagram that was sent between these ports, in the order of this machine, has found nobody. */
void socket_refused(const ip_addr_t *from, uint16_t from_port, const ip_addr_t *to, uint16_t to_port);

/* Addresses as programs have them. */
long socket_endpoint(const struct sys_sockaddr *address, uint32_t size, struct endpoint *endpoint);
void socket_tell_name(const struct endpoint *endpoint, struct sys_sockaddr *address, uint32_t *size);

#endif
