#ifndef DATAGRAM_H
#define DATAGRAM_H

/* Datagrams: what calls do with them, as stream.h has it of streams. Context of all: thread. */

#include "socket.h"

long datagram_bind(struct socket *socket, struct endpoint *to);
long datagram_connect(struct socket *socket, struct endpoint *to);
long datagram_disconnect(struct socket *socket); /* connect to AF_UNSPEC */
long datagram_shut_down(struct socket *socket, int how);
void datagram_local(struct socket *socket, struct endpoint *name);
bool datagram_remote(struct socket *socket, struct endpoint *name);
long datagram_set(struct socket *socket, int level, int name, int value);
long datagram_get(struct socket *socket, int level, int name, int *value);

#endif
