#ifndef SYS_SOCKETS_H
#define SYS_SOCKETS_H

/*
 * The capability `posix.sockets`: the system calls on sockets, with Linux's numbers and layouts. Results as in sys_calls.h. Context of
 * all: thread.
 */

#include <stddef.h>
#include <stdint.h>

#include "sys_types.h"

enum { SYS_AF_UNSPEC = 0, SYS_AF_UNIX = 1, SYS_AF_INET = 2, SYS_AF_INET6 = 10 };
enum { SYS_SOCK_STREAM = 1, SYS_SOCK_DGRAM = 2, SYS_SOCK_RAW = 3, SYS_SOCK_TYPE = 15 };
#define SYS_SOCK_NONBLOCK SYS_O_NONBLOCK
#define SYS_SOCK_CLOEXEC SYS_O_CLOEXEC
enum { SYS_IPPROTO_IP = 0, SYS_IPPROTO_TCP = 6, SYS_IPPROTO_UDP = 17, SYS_IPPROTO_IPV6 = 41 };

/* Flags of messages. */
#define SYS_MSG_PEEK 0x2
#define SYS_MSG_TRUNC 0x20
#define SYS_MSG_DONTWAIT 0x40
#define SYS_MSG_WAITALL 0x100
#define SYS_MSG_NOSIGNAL 0x4000
#define SYS_MSG_MORE 0x8000
#define SYS_MSG_WAITFORONE 0x10000

enum { SYS_SHUT_RD, SYS_SHUT_WR, SYS_SHUT_RDWR };

/* Levels and names of options. */
#define SYS_SOL_SOCKET 1
enum {
	SYS_SO_REUSEADDR = 2,
	SYS_SO_TYPE = 3,
	SYS_SO_ERROR = 4,
	SYS_SO_DONTROUTE = 5,
	SYS_SO_BROADCAST = 6,
	SYS_SO_SNDBUF = 7,
	SYS_SO_RCVBUF = 8,
	SYS_SO_KEEPALIVE = 9,
	SYS_SO_OOBINLINE = 10,
	SYS_SO_LINGER = 13,
	SYS_SO_REUSEPORT = 15,
	SYS_SO_RCVTIMEO = 20,
	SYS_SO_SNDTIMEO = 21,
	SYS_SO_ACCEPTCONN = 30,
	SYS_SO_PROTOCOL = 38,
	SYS_SO_DOMAIN = 39,
};
enum { SYS_IP_TOS = 1, SYS_IP_TTL = 2 };
enum { SYS_IPV6_UNICAST_HOPS = 16, SYS_IPV6_V6ONLY = 26, SYS_IPV6_TCLASS = 67 };
enum {
	SYS_TCP_NODELAY = 1,
	SYS_TCP_MAXSEG = 2,
	SYS_TCP_CORK = 3,
	SYS_TCP_KEEPIDLE = 4,
	SYS_TCP_KEEPINTVL = 5,
	SYS_TCP_KEEPCNT = 6,
	SYS_TCP_DEFER_ACCEPT = 9,
	SYS_TCP_QUICKACK = 12,
	SYS_TCP_USER_TIMEOUT = 18,
	SYS_TCP_FASTOPEN = 23,
};

struct sys_linger {
	int32_t is_on, seconds;
};

/* Ports and addresses are in the order of the network. */
struct sys_sockaddr {
	uint16_t family;
	uint8_t rest[14];
};
struct sys_sockaddr_in {
	uint16_t family, port;
	uint32_t address;
	uint8_t zeros[8];
};

struct sys_sockaddr_in6 {
	uint16_t family, port;
	uint32_t flow;
	uint8_t address[16];
	uint32_t scope; /* of an address that is of one link only: the number of the interface */
};

struct sys_msghdr {
	void *name;
	uint32_t name_size, padding_1;
	struct sys_iovec *pieces;
	size_t count;
	void *control;
	size_t control_size;
	int32_t flags, padding_2;
};

struct sys_mmsghdr {
	struct sys_msghdr header;
	uint32_t size, padding;
};

long sys_socket(int family, int type, int protocol);
long sys_socketpair(int family, int type, int protocol, int sockets[2]);
long sys_bind(int descriptor, const struct sys_sockaddr *address, uint32_t size);
long sys_listen(int descriptor, int backlog);
long sys_accept(int descriptor, struct sys_sockaddr *address, uint32_t *size);
long sys_accept4(int descriptor, struct sys_sockaddr *address, uint32_t *size, int flags);
long sys_connect(int descriptor, const struct sys_sockaddr *address, uint32_t size);
long sys_getsockname(int descriptor, struct sys_sockaddr *address, uint32_t *size);
long sys_getpeername(int descriptor, struct sys_sockaddr *address, uint32_t *size);
long sys_sendto(int descriptor, const void *bytes, size_t size, int flags, const struct sys_sockaddr *to, uint32_t to_size);
long sys_recvfrom(int descriptor, void *bytes, size_t size, int flags, struct sys_sockaddr *from, uint32_t *from_size);
long sys_sendmsg(int descriptor, const struct sys_msghdr *message, int flags);
long sys_recvmsg(int descriptor, struct sys_msghdr *message, int flags);
long sys_sendmmsg(int descriptor, struct sys_mmsghdr *messages, unsigned count, int flags);
long sys_recvmmsg(int descriptor, struct sys_mmsghdr *messages, unsigned count, int flags, struct sys_timespec *limit);
long sys_shutdown(int descriptor, int how);
long sys_setsockopt(int descriptor, int level, int name, const void *value, uint32_t size);
long sys_getsockopt(int descriptor, int level, int name, void *value, uint32_t *size);

#endif
