/* Questions to the servers of the network, by lwIP's client. */

#include "clock.h"
#include "lookup.h"
#include "lwip/dns.h"
#include "network.h"
#include "sys_errors.h"
#include "wait.h"

/* lwIP repeats a question after so long; it does not say whether the answer was "no such name" or none at all, so the time has to. */
enum { ANSWERS_WITHIN = 4 };
#define SECOND UINT64_C(1000000000)

struct question {
	bool is_answered, has_address;
	ip_addr_t address;
	struct wait_queue asker;
};

static void answered(const char *name, const ip_addr_t *address, void *argument)
{
	struct question *question = argument;

	(void)name;
	question->is_answered = true;
	question->has_address = address != NULL;
	if (address)
		question->address = *address;
	wait_wake(&question->asker, 1);
}

static long start(void)
{
	static bool has_server;
	long result = network_start();

	if (result)
		return result;
	if (OPTION_NAME_SERVER && !has_server) {
		ip_addr_t server = IPADDR4_INIT(PP_HTONL(OPTION_NAME_SERVER));

		has_server = true;
		dns_setserver(0, &server);
	}
	return network_wait_for_address() ? 0 : -SYS_EAGAIN;
}

long network_lookup(const char *name, uint32_t *address)
{
	struct question question = {.is_answered = false};
	uint64_t began;
	long result = start();

	if (result)
		return result;
	if (ip_addr_isany(dns_getserver(0)))
		return -SYS_EAGAIN;
	began = clock_monotonic();
	switch (dns_gethostbyname(name, &question.address, answered, &question)) {
	case ERR_OK:
		question.is_answered = question.has_address = true;
		break;
	case ERR_INPROGRESS:
		network_flush();
		break;
	case ERR_ARG:
		return -SYS_ENOENT;
	default:
		return -SYS_EAGAIN;
	}
	/* The question is on this stack, so there is no leaving before it is answered; lwIP gives each up in the end. */
	while (!question.is_answered)
		wait_on(&question.asker, WAIT_FOREVER);
	if (!question.has_address)
		return clock_monotonic() - began < ANSWERS_WITHIN * SECOND ? -SYS_ENOENT : -SYS_EAGAIN;
	*address = ip_addr_get_ip4_u32(&question.address);
	return 0;
}

unsigned network_name_servers(uint32_t *servers, unsigned most)
{
	unsigned count = 0;

	if (start())
		return 0;
	for (u8_t number = 0; number < DNS_MAX_SERVERS && count < most; number++) {
		const ip_addr_t *server = dns_getserver(number);

		if (!ip_addr_isany(server))
			servers[count++] = ip_addr_get_ip4_u32(server);
	}
	return count;
}
