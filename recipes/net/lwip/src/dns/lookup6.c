/* Names that have an address of IPv6. */

#include "lookup.h"

#include "ask.h"
#include "family.h"
#include "report.h"
#include "string.h"

static bool has_server(const ip_addr_t *unused)
{
	const ip_addr_t *server;

	(void)unused;
	lookup_set_servers();
	server = dns_getserver(0);
	return !ip_addr_isany(server) && family_has_address(server);
}

bool family_wait_for_servers(void)
{
	return family_wait_until(has_server, NULL, "network: no server of names after " REPORT_DECIMAL " s\n");
}

void family_server(const uint32_t words[4], ip_addr_t *server)
{
	ip6_addr_t *address = ip_2_ip6(server);

	IP6_ADDR(address, lwip_htonl(words[0]), lwip_htonl(words[1]), lwip_htonl(words[2]), lwip_htonl(words[3]));
	ip6_addr_assign_zone(address, IP6_UNICAST, &network_interface);
	IP_SET_TYPE(server, IPADDR_TYPE_V6);
	if (ip6_addr_isipv4mappedipv6(address)) {
		unmap_ipv4_mapped_ipv6(ip_2_ip4(server), address);
		IP_SET_TYPE(server, IPADDR_TYPE_V4);
	}
}

/* With the interface behind an address that is of one link. */
bool family_text(const ip_addr_t *address, char *text, int size)
{
	size_t length;

	if (!ipaddr_ntoa_r(address, text, size))
		return false;
	length = strlen(text);
	if (IP_IS_V6(address) && ip6_addr_has_zone(ip_2_ip6(address)) && length + sizeof("%9") <= (size_t)size) {
		text[length++] = '%';
		text[length++] = (char)('0' + ip6_addr_zone(ip_2_ip6(address)));
		text[length] = '\0';
	}
	return true;
}

long network_lookup6(const char *name, bool waits, void *address)
{
	static const ip_addr_t anywhere = IPADDR6_INIT_HOST(0x20000000, 0, 0, 0);
	struct question question = {.is_answered = false};
	long result = lookup_start();

	if (result)
		return result;
	if (!(waits ? family_wait_for_address(&anywhere) : family_has_address(&anywhere)))
		return -SYS_ENETUNREACH;
	result = ask(name, LWIP_DNS_ADDRTYPE_IPV6, &question);
	if (!result)
		memcpy(address, ip_2_ip6(&question.address)->addr, sizeof(ip_2_ip6(&question.address)->addr));
	return result;
}
