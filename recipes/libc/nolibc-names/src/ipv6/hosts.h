#ifndef HOSTS_H
#define HOSTS_H

/* Hosts and their addresses, of both versions. Context: thread. */

#include <netdb.h>
#include <stdbool.h>

enum { HOSTS_MOST = 2 };

struct host {
	struct in6_addr address; /* one of version 4 is mapped, whether it will be told so or not */
	bool is_four;            /* to be told as version 4 */
	uint32_t scope;
};

typedef union {
	struct sockaddr_in four;
	struct sockaddr_in6 six;
} host_address;

/* Whether getaddrinfo can find addresses of that family; and which one a host's address has. */
static inline bool host_family_is_known(int family)
{
	return family == AF_UNSPEC || family == AF_INET || family == AF_INET6;
}

static inline int host_family(const struct host *host)
{
	return host->is_four ? AF_INET : AF_INET6;
}

/* The addresses of a name and their count, that to be tried first before the other. 0, or an EAI_ number. */
int find_hosts(const char *host, const struct addrinfo *wanted, struct host found[HOSTS_MOST], int *count);

/* A host's address with the port. Its size. */
socklen_t host_write(const struct host *host, int port, host_address *address);

/* The address as getnameinfo gets it. False: it is of no family that is known. */
bool host_read(const struct sockaddr *address, socklen_t size, host_address *here);

/* Its number, which lasts until the next call, and its port. */
const char *host_text(const host_address *here);
in_port_t host_port(const host_address *here);

#endif
