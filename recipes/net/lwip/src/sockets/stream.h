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
	bool is_deaf;   /* the program wants nothing any more */
	bool is_shut;   /* the program sends nothing any more */
	bool lingers;
	int linger_seconds;
	struct pbuf *first, *last; /* what has come, buffer by buffer */
	size_t offset;             /* of the first byte in the first one */
	struct stream *oldest, *youngest; /* of a listener: connections that nobody has accepted yet */
	struct stream *next;              /* in that row */
};

/* A stream to be given a connection. NULL: memory has ended. */
struct socket *socket_stream_without_pcb(void);

#endif
