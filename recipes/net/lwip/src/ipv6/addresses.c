/*
 * Addresses of IPv6: one of this link, made of the card's own; and one that the manifest gives or those that routers advertise. Each is tried
 * for a second before it is used, for another machine may have it.
 */

#include "clock.h"
#include "family.h"
#include "lwip/ethip6.h"
#include "lwip/nd6.h"
#include "lwip/priv/nd6_priv.h"
#include "report.h"
#include "wait.h"

#define MILLISECOND UINT64_C(1000000)

static struct wait_queue for_any;

static bool is_usable(s8_t number)
{
	return ip6_addr_isvalid(netif_ip6_addr_state(&network_interface, number));
}

void family_set_up(struct netif *interface)
{
	interface->output_ip6 = ethip6_output;
	interface->flags |= NETIF_FLAG_MLD6;
}

static ip6_addr_t address_of(const struct netif *interface, u32_t first, u32_t second, u32_t third, u32_t fourth)
{
	ip6_addr_t address;

	IP6_ADDR(&address, PP_HTONL(first), PP_HTONL(second), PP_HTONL(third), PP_HTONL(fourth));
	ip6_addr_assign_zone(&address, IP6_UNICAST, interface);
	return address;
}

/* As if the gateway had advertised itself for good. */
static void set_gateway(const ip6_addr_t *gateway)
{
	struct nd6_neighbor_cache_entry *neighbour = &neighbor_cache[0];

	ip6_addr_copy(neighbour->next_hop_address, *gateway);
	neighbour->netif = &network_interface;
	neighbour->state = ND6_INCOMPLETE;
	neighbour->isrouter = 1;
	default_router_list[0] = (struct nd6_router_list_entry){.neighbor_entry = neighbour, .invalidation_timer = UINT32_MAX};
}

void family_start(void)
{
	ip6_addr_t address = address_of(&network_interface, OPTION_ADDRESS6), gateway = address_of(&network_interface, OPTION_GATEWAY6);

	netif_create_ip6_linklocal_address(&network_interface, 1);
	if (ip6_addr_isany(&address))
		netif_set_ip6_autoconfig_enabled(&network_interface, 1);
	else
		netif_add_ip6_address(&network_interface, &address, NULL);
	if (!ip6_addr_isany(&gateway))
		set_gateway(&gateway);
	nd6_tmr(); /* for the first time at once */
}

static void tell(const ip6_addr_t *address)
{
	enum { START = sizeof("network: ") - 1 };
	char text[START + IP6ADDR_STRLEN_MAX + 1] = "network: ", *at = text + START;

	ip6addr_ntoa_r(address, at, IP6ADDR_STRLEN_MAX);
	for (; *at; at++)
		*at |= 'a' - 'A'; /* which neither digits nor colons lack */
	*at = '\n';
	report(text, NULL);
}

bool family_has_changed(u32_t address)
{
	static unsigned told; /* a bit for each address that has been told */
	static u32_t told4;
	bool is_new = address && address != told4;

	for (s8_t number = 0; number < LWIP_IPV6_NUM_ADDRESSES; number++) {
		unsigned bit = 1u << number;

		if (is_usable(number) && !(told & bit))
			tell(netif_ip6_addr(&network_interface, number));
		told = is_usable(number) ? told | bit : told & ~bit;
	}
	told4 = address;
	wait_wake(&for_any, ~0u);
	return is_new;
}

bool family_has_address(const ip_addr_t *to)
{
	const ip_addr_t *from;

	if (!IP_IS_V6(to))
		return !ip4_addr_isany(netif_ip4_addr(&network_interface));
	from = ip6_select_source_address(&network_interface, ip_2_ip6(to));
	return from && (!ip6_addr_islinklocal(ip_2_ip6(from)) || ip6_addr_has_scope(ip_2_ip6(to), IP6_UNKNOWN));
}

bool family_wait_until(bool (*holds)(const ip_addr_t *to), const ip_addr_t *to, const char *otherwise)
{
	static bool is_told;
	uint64_t limit = clock_monotonic() + OPTION_ADDRESS_SECONDS * 1000 * MILLISECOND;

	while (!holds(to))
		if (wait_on(&for_any, is_told ? 0 : limit) != WAIT_WOKEN) {
			if (!is_told)
				report(otherwise, (uint64_t[]){OPTION_ADDRESS_SECONDS});
			is_told = true;
			return false;
		}
	return true;
}

bool family_wait_for_address(const ip_addr_t *to)
{
	if (!IP_IS_V6(to))
		return network_wait_for_address();
	return family_wait_until(family_has_address, to, "network: no address of IPv6 after " REPORT_DECIMAL " s, no router advertises one\n");
}
