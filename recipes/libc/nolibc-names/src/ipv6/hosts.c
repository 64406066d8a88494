/* Hosts and their addresses of both versions. Version 6 comes first, for the stack tells its addresses only if the guest can go there. */

#include "hosts.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lookups.h"

static const struct in6_addr mapped = {{{[10] = 0xff, [11] = 0xff}}};

static struct host four(in_addr_t address, bool is_told_so)
{
	struct host host = {.address = mapped, .is_four = is_told_so};

	host.address.s6_addr32[3] = address;
	return host;
}

static struct host six(struct in6_addr address)
{
	return (struct host){.address = address};
}

/* Which versions are wanted. */
static bool wants_four(const struct addrinfo *wanted)
{
	return wanted->ai_family != AF_INET6;
}

static bool wants_six(const struct addrinfo *wanted)
{
	return wanted->ai_family != AF_INET;
}

static int this_machine(const struct addrinfo *wanted, struct host found[HOSTS_MOST])
{
	int count = 0;

	if (wants_six(wanted))
		found[count++] = six(in6addr_loopback);
	if (wants_four(wanted))
		found[count++] = four(htonl(INADDR_LOOPBACK), true);
	return count;
}

/* As the C libraries of Linux have it: who takes the first place of all has version 4. */
static int all_places(const struct addrinfo *wanted, struct host found[HOSTS_MOST])
{
	int count = 0;

	if (wants_four(wanted))
		found[count++] = four(htonl(INADDR_ANY), true);
	if (wants_six(wanted))
		found[count++] = six(in6addr_any);
	return count;
}

/* A number of version 6, perhaps with that of an interface behind it. */
static bool read_six(const char *text, struct host *host)
{
	const char *scope = strchr(text, '%');
	size_t length = scope ? (size_t)(scope - text) : strlen(text);
	char number[INET6_ADDRSTRLEN], *end;

	if (length >= sizeof(number))
		return false;
	memcpy(number, text, length);
	number[length] = '\0';
	if (inet_pton(AF_INET6, number, &host->address) != 1)
		return false;
	host->is_four = false;
	host->scope = scope ? (uint32_t)strtoul(scope + 1, &end, 10) : 0;
	return !scope || (end != scope + 1 && !*end);
}

/* Whether the name is a number, of a version that is wanted or not; in `count` how many addresses that makes. */
static bool by_number(const char *host, const struct addrinfo *wanted, struct host *found, int *count)
{
	struct in_addr address;

	if (inet_aton(host, &address)) {
		*found = four(address.s_addr, wants_four(wanted));
		*count = wants_four(wanted) || wanted->ai_flags & AI_V4MAPPED;
		return true;
	}
	*count = wants_six(wanted);
	return read_six(host, found);
}

static int by_name(const char *host, const struct addrinfo *wanted, struct host found[HOSTS_MOST], int *count)
{
	bool waits = !wants_four(wanted);
	long result6 = -SYS_ENETUNREACH, result4 = -SYS_ENOENT;
	struct in6_addr address6;
	uint32_t address4;

	*count = 0;
	if (wants_six(wanted))
		result6 = net_lookup6(host, waits, &address6);
	if (wants_four(wanted) || (wanted->ai_flags & AI_V4MAPPED && (result6 || wanted->ai_flags & AI_ALL)))
		result4 = net_lookup(host, &address4);
	/* Without another address it is worth to wait until the guest can go there. */
	if (result4 == -SYS_ENOENT && result6 == -SYS_ENETUNREACH && wants_six(wanted) && !waits)
		result6 = net_lookup6(host, true, &address6);
	if (!result6)
		found[(*count)++] = six(address6);
	if (!result4)
		found[(*count)++] = four(address4, wants_four(wanted));
	if (*count)
		return 0;
	if (result6 == -SYS_ENETUNREACH)
		return waits ? EAI_AGAIN : lookup_error(result4);
	return lookup_error(result4 == -SYS_ENOENT ? result6 : result4);
}

int find_hosts(const char *host, const struct addrinfo *wanted, struct host found[HOSTS_MOST], int *count)
{
	if (!host) {
		*count = wanted->ai_flags & AI_PASSIVE ? all_places(wanted, found) : this_machine(wanted, found);
		return 0;
	}
	if (by_number(host, wanted, found, count))
		return *count ? 0 : EAI_NONAME;
	if (wanted->ai_flags & AI_NUMERICHOST)
		return EAI_NONAME;
	if (strcmp(host, "localhost") == 0) {
		*count = this_machine(wanted, found);
		return 0;
	}
	return by_name(host, wanted, found, count);
}

socklen_t host_write(const struct host *host, int port, host_address *address)
{
	if (host->is_four) {
		address->four = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {host->address.s6_addr32[3]}};
		return sizeof(address->four);
	}
	address->six = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port), .sin6_addr = host->address, .sin6_scope_id = host->scope};
	return sizeof(address->six);
}

bool host_read(const struct sockaddr *address, socklen_t size, host_address *here)
{
	size_t length = address->sa_family == AF_INET ? sizeof(here->four) : sizeof(here->six);

	if (size < length || (address->sa_family != AF_INET && address->sa_family != AF_INET6))
		return false;
	memcpy(here, address, length);
	return true;
}

const char *host_text(const host_address *here)
{
	static char text[INET6_ADDRSTRLEN + sizeof("%9")];
	size_t length;

	if (here->four.sin_family == AF_INET)
		return inet_ntoa(here->four.sin_addr);
	inet_ntop(AF_INET6, &here->six.sin6_addr, text, sizeof(text));
	length = strlen(text);
	if (here->six.sin6_scope_id && here->six.sin6_scope_id <= 9) {
		text[length++] = '%';
		text[length++] = (char)('0' + here->six.sin6_scope_id);
		text[length] = '\0';
	}
	return text;
}

in_port_t host_port(const host_address *here)
{
	return here->four.sin_port; /* in the same place of both */
}
