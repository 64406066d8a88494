/* getaddrinfo: from names of a host and a service to addresses that connect and bind take. */

#include <arpa/inet.h>
#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "hosts.h"
#include "services.h"

enum {
	KNOWN_FLAGS = AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_V4MAPPED | AI_ALL | AI_ADDRCONFIG | AI_NUMERICSERV,
	PORT_MOST = 65535,
};

/* The kinds of socket, in the order in which they are told. */
static const struct kind {
	int type, protocol;
	unsigned bit;
} kinds[] = {
	{SOCK_STREAM, IPPROTO_TCP, SERVICE_TCP},
	{SOCK_DGRAM, IPPROTO_UDP, SERVICE_UDP},
};

struct result {
	struct addrinfo information; /* the first */
	host_address address;
	char name[];
};

/* The port of a service and the protocols that have it, or an EAI_ number. */
static int find_service(const char *service, int flags, unsigned *protocols)
{
	char *end;
	long port;

	if (!service || !*service)
		return 0;
	port = strtol(service, &end, 10);
	if (!*end && *service >= '0' && *service <= '9')
		return port <= PORT_MOST ? (int)port : EAI_SERVICE;
	if (flags & AI_NUMERICSERV)
		return EAI_NONAME;
	port = nolibc_service_port(service, protocols);
	return port < 0 ? EAI_SERVICE : (int)port;
}

static struct addrinfo *result_of(const struct kind *kind, const struct host *host, int port, const char *name)
{
	size_t length = name ? strlen(name) + 1 : 0;
	struct result *result = malloc(sizeof(*result) + length);

	if (!result)
		return NULL;
	result->information = (struct addrinfo){
		.ai_family = host_family(host),
		.ai_socktype = kind->type,
		.ai_protocol = kind->protocol,
		.ai_addrlen = host_write(host, port, &result->address),
		.ai_addr = (struct sockaddr *)&result->address,
	};
	if (name)
		result->information.ai_canonname = memcpy(result->name, name, length);
	return &result->information;
}

static bool is_wanted(const struct kind *kind, const struct addrinfo *wanted)
{
	return (!wanted->ai_socktype || wanted->ai_socktype == kind->type) &&
	       (!wanted->ai_protocol || wanted->ai_protocol == kind->protocol);
}

static int refusal(const char *host, const char *service, const struct addrinfo *wanted)
{
	if (!host && !service)
		return EAI_NONAME;
	if (wanted->ai_flags & ~KNOWN_FLAGS || (wanted->ai_flags & AI_CANONNAME && !host))
		return EAI_BADFLAGS;
	if (!host_family_is_known(wanted->ai_family))
		return EAI_FAMILY;
	return is_wanted(&kinds[0], wanted) || is_wanted(&kinds[1], wanted) ? 0 : EAI_SOCKTYPE;
}

int getaddrinfo(const char *restrict host, const char *restrict service, const struct addrinfo *restrict wanted,
		struct addrinfo **restrict found)
{
	static const struct addrinfo any;
	unsigned protocols = SERVICE_TCP | SERVICE_UDP;
	struct addrinfo *first = NULL, **next = &first;
	struct host hosts[HOSTS_MOST];
	int port, error, count;

	wanted = wanted ? wanted : &any;
	error = refusal(host, service, wanted);
	port = error ? error : find_service(service, wanted->ai_flags, &protocols);
	if (port < 0)
		return port;
	error = find_hosts(host, wanted, hosts, &count);
	if (error)
		return error;
	for (const struct host *here = hosts; here < hosts + count; here++)
		for (const struct kind *kind = kinds; kind < kinds + sizeof(kinds) / sizeof(kinds[0]); kind++) {
			if (!is_wanted(kind, wanted) || !(protocols & kind->bit))
				continue;
			*next = result_of(kind, here, port, !first && wanted->ai_flags & AI_CANONNAME ? host : NULL);
			if (!*next) {
				freeaddrinfo(first);
				return EAI_MEMORY;
			}
			next = &(*next)->ai_next;
		}
	*found = first;
	return first ? 0 : EAI_SERVICE;
}

void freeaddrinfo(struct addrinfo *found)
{
	struct addrinfo *next;

	for (; found; found = next) {
		next = found->ai_next;
		free(found);
	}
}
