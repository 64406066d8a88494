#ifndef ASK_H
#define ASK_H

/* Questions to the servers of the network, by lwIP's client; for lookup.c, and lookup6.c where there is IPv6. Context: thread. */

#include "clock.h"
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

/* lwIP tells the answer, of a `struct question`. */
void lookup_answered(const char *name, const ip_addr_t *address, void *argument);

/* Put the servers in place that the manifest says; before each question, for a lease or a router may have told others meanwhile. */
void lookup_set_servers(void);

/* The network is there, with servers. Zero, or a negated sys_error. */
long lookup_start(void);

/* Ask for an address of the type LWIP_DNS_ADDRTYPE_… and wait for the answer. Results as in net_names.h. */
static inline long ask(const char *name, u8_t type, struct question *question)
{
	uint64_t began;

	if (ip_addr_isany(dns_getserver(0)))
		return -SYS_EAGAIN;
	began = clock_monotonic();
	switch (dns_gethostbyname_addrtype(name, &question->address, lookup_answered, question, type)) {
	case ERR_OK:
		question->is_answered = question->has_address = true;
		break;
	case ERR_INPROGRESS:
		network_flush();
		break;
	case ERR_ARG:
		return -SYS_ENOENT;
	default:
		return -SYS_EAGAIN;
	}
	/* The question is on the caller's stack, so there is no leaving before it is answered; lwIP gives each up in the end. */
	while (!question->is_answered)
		wait_on(&question->asker, WAIT_FOREVER);
	if (!question->has_address)
		return clock_monotonic() - began < ANSWERS_WITHIN * SECOND ? -SYS_ENOENT : -SYS_EAGAIN;
	return 0;
}

#endif
