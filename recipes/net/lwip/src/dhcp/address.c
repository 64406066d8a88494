/*
 * The address that a DHCP server gives, for as long as it does. lwIP believes it whatever it says, so what it says is looked at before: an offer that
 * cannot be is not seen by lwIP, which goes on to ask, and takes that of another server. Nor is one that is not in one piece: no server needs that.
 */

#include "lwip/dhcp.h"
#include "lwip/ip4.h"
#include "lwip/prot/dhcp.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/iana.h"
#include "lwip/prot/udp.h"
#include "network.h"
#include "report.h"
#include "string.h"
#include "wait.h"

enum { PORTS = LWIP_IANA_PORT_DHCP_SERVER << 16 | LWIP_IANA_PORT_DHCP_CLIENT };
/* Places from the end of the IP header on: that of UDP, and the message. */
enum { ADDRESS = UDP_HLEN + 16, CARD = UDP_HLEN + 28, COOKIE = UDP_HLEN + DHCP_OPTIONS_OFS - 4, OPTIONS = UDP_HLEN + DHCP_OPTIONS_OFS };
enum { PAD = DHCP_OPTION_PAD, MASK = DHCP_OPTION_SUBNET_MASK, LEASE = DHCP_OPTION_LEASE_TIME, KIND = DHCP_OPTION_MESSAGE_TYPE };
enum { SERVER = DHCP_OPTION_SERVER_ID, END = DHCP_OPTION_END };

static uint32_t word(const u8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Whether a host can have the address, in a network of that mask. */
static bool can_be(uint32_t address, uint32_t mask)
{
	uint32_t network = address >> 24, others = ~mask, host = address & others;

	return network != 0 && network != 127 && network < 224 && !(others & (others + 1)) &&
	       (others < 2 || (host != 0 && host != others));
}

/* Whether a message to us, of which there is all up to `end`, may be believed. Whether it is an answer, lwIP looks. */
static bool is_sound(const u8_t *packet, size_t end)
{
	uint32_t address = word(packet + ADDRESS), mask = 0, server = 0, lease = 1, kind = 0;

	for (size_t at = OPTIONS; at + 2 < end && packet[at] != END; at += packet[at] == PAD ? 1 : 2 + packet[at + 1]) {
		uint32_t value = at + 6 <= end ? word(packet + at + 2) : (uint32_t)packet[at + 2] << 24;

		switch (packet[at]) {
		case MASK: mask = value; break;
		case LEASE: lease = value; break;
		case KIND: kind = value >> 24; break;
		case SERVER: server = value; break;
		}
	}
	return word(packet + COOKIE) == DHCP_MAGIC_COOKIE &&
	       (kind == DHCP_NAK || (can_be(address, mask) && address != server && lease != 0));
}

bool network_address_may_come_by(const struct pbuf *packet)
{
	static bool is_told;
	const struct ip_hdr *header = packet->payload;
	size_t begin = IPH_HL_BYTES(header);
	const u8_t *datagram = (const u8_t *)header + begin;
	unsigned part = lwip_ntohs(IPH_OFFSET(header));

	if (packet->len < begin + UDP_HLEN || part & IP_OFFMASK || IPH_V(header) != 4 || word(datagram) != PORTS)
		return true;
	if (packet->len != packet->tot_len || part & IP_MF)
		return false;
	if (packet->len < begin + OPTIONS || memcmp(datagram + CARD, network_interface.hwaddr, ETH_HWADDR_LEN) ||
	    is_sound(datagram, packet->len - begin))
		return true;
	if (!is_told)
		report("network: what a DHCP server offers cannot be, and is not taken\n", NULL);
	is_told = true;
	return false;
}

static struct dhcp client;

/* lwIP gives up for good if it has no memory at the moment when it begins anew, be it after a lease that has ended. */
static bool begin_again(void)
{
	if (client.state == DHCP_STATE_OFF)
		dhcp_start(&network_interface);
	return false;
}

static struct wait_source source = {.poll = begin_again};

void network_address_start(void)
{
	dhcp_set_struct(&network_interface, &client);
	dhcp_start(&network_interface);
	wait_source_add(&source);
}
