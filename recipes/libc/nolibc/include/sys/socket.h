#ifndef SYS_SOCKET_H
#define SYS_SOCKET_H

/* POSIX; numbers and layouts are those of the system calls (sys_sockets.h). Context: thread. */

#include <sys/types.h>
#include <sys/uio.h>

#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define PF_UNSPEC AF_UNSPEC
#define PF_UNIX AF_UNIX
#define PF_INET AF_INET
#define PF_INET6 AF_INET6

#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOCK_RAW 3
#define SOCK_NONBLOCK 04000
#define SOCK_CLOEXEC 02000000

#define SOMAXCONN 128

#define MSG_PEEK 0x2
#define MSG_CTRUNC 0x8
#define MSG_TRUNC 0x20
#define MSG_DONTWAIT 0x40
#define MSG_WAITALL 0x100
#define MSG_NOSIGNAL 0x4000
#define MSG_MORE 0x8000
#define MSG_WAITFORONE 0x10000

#define SHUT_RD 0
#define SHUT_WR 1
#define SHUT_RDWR 2

#define SOL_SOCKET 1
#define SO_REUSEADDR 2
#define SO_TYPE 3
#define SO_ERROR 4
#define SO_DONTROUTE 5
#define SO_BROADCAST 6
#define SO_SNDBUF 7
#define SO_RCVBUF 8
#define SO_KEEPALIVE 9
#define SO_OOBINLINE 10
#define SO_LINGER 13
#define SO_REUSEPORT 15
#define SO_RCVTIMEO 20
#define SO_SNDTIMEO 21
#define SO_ACCEPTCONN 30
#define SO_PROTOCOL 38
#define SO_DOMAIN 39

typedef unsigned socklen_t;
typedef unsigned short sa_family_t;

struct sockaddr {
	sa_family_t sa_family;
	char sa_data[14];
};

struct sockaddr_storage {
	sa_family_t ss_family;
	char nolibc_bytes[126 - sizeof(unsigned long)];
	unsigned long nolibc_alignment;
};

struct msghdr {
	void *msg_name;
	socklen_t msg_namelen;
	struct iovec *msg_iov;
	size_t msg_iovlen;
	void *msg_control;
	size_t msg_controllen;
	int msg_flags;
};

struct mmsghdr {
	struct msghdr msg_hdr;
	unsigned msg_len;
};

struct linger {
	int l_onoff, l_linger;
};

int socket(int family, int type, int protocol);
int socketpair(int family, int type, int protocol, int sockets[2]);
int bind(int descriptor, const struct sockaddr *address, socklen_t size);
int listen(int descriptor, int backlog);
int accept(int descriptor, struct sockaddr *restrict address, socklen_t *restrict size);
int accept4(int descriptor, struct sockaddr *restrict address, socklen_t *restrict size, int flags);
int connect(int descriptor, const struct sockaddr *address, socklen_t size);
int shutdown(int descriptor, int how);
int getsockname(int descriptor, struct sockaddr *restrict address, socklen_t *restrict size);
int getpeername(int descriptor, struct sockaddr *restrict address, socklen_t *restrict size);
int setsockopt(int descriptor, int level, int name, const void *value, socklen_t size);
int getsockopt(int descriptor, int level, int name, void *restrict value, socklen_t *restrict size);

ssize_t send(int descriptor, const void *bytes, size_t size, int flags);
ssize_t sendto(int descriptor, const void *bytes, size_t size, int flags, const struct sockaddr *to, socklen_t to_size);
ssize_t sendmsg(int descriptor, const struct msghdr *message, int flags);
int sendmmsg(int descriptor, struct mmsghdr *messages, unsigned count, int flags);
ssize_t recv(int descriptor, void *bytes, size_t size, int flags);
ssize_t recvfrom(int descriptor, void *restrict bytes, size_t size, int flags, struct sockaddr *restrict from,
		 socklen_t *restrict from_size);
ssize_t recvmsg(int descriptor, struct msghdr *message, int flags);
int recvmmsg(int descriptor, struct mmsghdr *messages, unsigned count, int flags, struct timespec *limit);

#endif
