#ifndef NETDB_H
#define NETDB_H

/*
 * POSIX: names of hosts, asked of the servers that the network knows, and of a few services. Of each name one address of version 4, and one
 * of version 6 where the network has it. Context: thread.
 * Ownership: what getaddrinfo gives belongs to the caller until freeaddrinfo.
 */

#include <netinet/in.h>

struct addrinfo {
	int ai_flags, ai_family, ai_socktype, ai_protocol;
	socklen_t ai_addrlen;
	struct sockaddr *ai_addr;
	char *ai_canonname;
	struct addrinfo *ai_next;
};

#define AI_PASSIVE 0x1
#define AI_CANONNAME 0x2
#define AI_NUMERICHOST 0x4
#define AI_V4MAPPED 0x8
#define AI_ALL 0x10
#define AI_ADDRCONFIG 0x20
#define AI_NUMERICSERV 0x400

#define NI_NUMERICHOST 0x1
#define NI_NUMERICSERV 0x2
#define NI_NOFQDN 0x4
#define NI_NAMEREQD 0x8
#define NI_DGRAM 0x10
#define NI_MAXHOST 255
#define NI_MAXSERV 32

#define EAI_BADFLAGS (-1)
#define EAI_NONAME (-2)
#define EAI_AGAIN (-3)
#define EAI_FAIL (-4)
#define EAI_NODATA (-5)
#define EAI_FAMILY (-6)
#define EAI_SOCKTYPE (-7)
#define EAI_SERVICE (-8)
#define EAI_MEMORY (-10)
#define EAI_SYSTEM (-11)
#define EAI_OVERFLOW (-12)

int getaddrinfo(const char *restrict host, const char *restrict service, const struct addrinfo *restrict wanted,
		struct addrinfo **restrict found);
void freeaddrinfo(struct addrinfo *found);
int getnameinfo(const struct sockaddr *restrict address, socklen_t size, char *restrict host, socklen_t host_size,
		char *restrict service, socklen_t service_size, int flags);
const char *gai_strerror(int error);

#endif
