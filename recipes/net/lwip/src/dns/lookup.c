/* Names that have an address of version 4, and the servers. */

#include "lookup.h"

#include "ask.h"
#include "family.h"

/* What the manifest says, and behind it one that is none. */
static const uint32_t said[][4] = {OPTION_NAME_SERVERS{0}};
enum { SAID = sizeof(said) / sizeof(said[0]) - 1 };

void lookup_answered(const char *name, const ip_addr_t *address, void *argument)
{
	struct question *question = argument;

	(void)name;
	question->is_answered = true;
	question->has_address = address != NULL;
	if (address)
		question->address = *address;
	wait_wake(&question->asker, 1);
}

void lookup_set_servers(void)
{
	for (u8_t number = 0; SAID && number < DNS_MAX_SERVERS; number++) {
		ip_addr_t server;

		family_server(said[number < SAID ? number : SAID], &server);
		dns_setserver(number, &server);
	}
}

long lookup_start(void)
{
	long result = network_start();

	if (result)
		return result;
	if (!family_wait_for_servers())
		return -SYS_EAGAIN;
	lookup_set_servers();
	return 0;
}

long network_lookup(const char *name, uint32_t *address)
{
	struct question question = {.is_answered = false};
	long result = lookup_start();

	if (!result)
		result = ask(name, LWIP_DNS_ADDRTYPE_IPV4, &question);
	if (!result)
		*address = ip4_addr_get_u32(ip_2_ip4(&question.address));
	return result;
}

bool network_name_server(unsigned number, char *text, size_t size)
{
	const ip_addr_t *server;

	if (number >= DNS_MAX_SERVERS || (!number && lookup_start()))
		return false;
	server = dns_getserver((u8_t)number);
	return !ip_addr_isany(server) && family_text(server, text, (int)size);
}
