#ifndef STREAM_H
#define STREAM_H

#include "socket.h"

struct tcp_pcb;

/* A connection that failed before it was one can be tried again, one that is over cannot. */
enum stream_state { STREAM_NEW, STREAM_LISTENING, STREAM_CONNECTING, STREAM_CONNECTED, STREAM_FAILED, STREAM_OVER };

struct stream {
	struct socket socket; /* the first */
	struct tcp_pcb *pcb;  /* null: lwIP has given it up */
	enum stream_state state;
	bool is_announced; /* connect has said that there is a connection */
	bool has_ended; /* nothing comes any more */
	bool is_read_shut;   /* the program wants nothing any more */
	bool is_write_shut;   /* the program sends nothing any more */
	bool lacks_memory;    /* for anything to be sent; it is looked again in a while */
	bool lingers;
	int linger_seconds;
	struct pbuf *first, *last; /* what has come, buffer by buffer */
	size_t offset;             /* of the first byte in the first one */
	size_t weight;             /* of all of them */
	struct stream *oldest, *youngest; /* of a listener: connections that nobody has accepted yet */
	struct stream *next;              /* in that row */
};

_Static_assert(offsetof(struct stream, pcb) == offsetof(struct socket_with_pcb, pcb), "it begins as each kind does");

static inline struct stream *stream_of(struct socket *socket)
{
	return (struct stream *)socket;
}

/* Bytes of memory that a received buffer takes. */
static inline size_t stream_weight(const struct pbuf *packet)
{
	enum { RECORD = 128 }; /* with the headers that it came with */

	return packet->len + RECORD;
}

/* The calls that change what it is (stream.c), each as sys_calls.h has it of the descriptor. */
long stream_bind(struct socket *socket, struct endpoint *to);
long stream_connect(struct socket *socket, struct endpoint *to, bool waits);
long stream_listen(struct socket *socket, int backlog);
long stream_accept(struct socket *socket, bool waits, struct socket **accepted, struct endpoint *from);
long stream_shut_down(struct socket *socket, int how);

/* Its names: of this side, which stays what it was where there is none, and of the other; false: it is not connected. */
void stream_local(struct socket *socket, struct endpoint *name);
bool stream_remote(struct socket *socket, struct endpoint *name);

/* Its bytes (stream_transfer.c), as struct socket_kind and struct descriptor_operations have them. */
long stream_send(struct socket *socket, struct socket_parts parts, int flags, struct endpoint *to);
long stream_receive(struct socket *socket, struct socket_parts parts, int flags, struct endpoint *from, bool *is_cut);
unsigned stream_ready(struct descriptor_object *object);
long stream_control(struct descriptor_object *object, unsigned long request, uintptr_t argument);

/* What has come and was not read is not wanted any more. */
void stream_forget_received(struct stream *stream);

/* Its options (stream_options.c): numbers only; -ENOPROTOOPT: not known. */
long stream_set(struct socket *socket, int level, int name, int value);
long stream_get(struct socket *socket, int level, int name, int *value);

#endif
