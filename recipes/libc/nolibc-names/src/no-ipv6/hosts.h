#ifndef HOSTS_H
#define HOSTS_H

/* Hosts and their addresses: of version 4. The other hosts.h has both versions, and says what each function is for. */

#include <arpa/inet.h>
#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "lookups.h"

enum { HOSTS_MOST = 1 };

struct host {
	struct in_addr address;
};

typedef struct sockaddr_in host_address;

static inline bool host_family_is_known(int family)
{
	return family == AF_UNSPEC || family == AF_INET;
}

static inline int host_family(const struct host *host)
{
	(void)host;
	return AF_INET;
}

static inline socklen_t host_write(const struct host *host, int port, host_address *address)
{
	*address = (host_address){.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = host->address};
	return sizeof(*address);
}

static inline int find_hosts(const char *host, const struct addrinfo *wanted, struct host found[HOSTS_MOST], int *count)
{
	in_addr_t *address = &found->address.s_addr;

	*count = 1;
	if (!host) {
		*address = htonl(wanted->ai_flags & AI_PASSIVE ? INADDR_ANY : INADDR_LOOPBACK);
		return 0;
	}
	if (inet_aton(host, &found->address))
		return 0;
	if (wanted->ai_flags & AI_NUMERICHOST)
		return EAI_NONAME;
	if (strcmp(host, "localhost") == 0) {
		*address = htonl(INADDR_LOOPBACK);
		return 0;
	}
	return lookup_error(net_lookup(host, address));
}

static inline bool host_read(const struct sockaddr *address, socklen_t size, host_address *here)
{
	if (size < sizeof(*here) || address->sa_family != AF_INET)
		return false;
	memcpy(here, address, sizeof(*here));
	return true;
}

static inline const char *host_text(const host_address *here)
{
	return inet_ntoa(here->sin_addr);
}

static inline in_port_t host_port(const host_address *here)
{
	return here->sin_port;
}

#endif
