#ifndef LAYERS_H
#define LAYERS_H

/* What a packet has before its contents. */

#include <stdbool.h>
#include <stddef.h>

#include "lwip/ip_addr.h"
#include "lwip/prot/ip4.h"

struct layers {
	ip_addr_t from, to;
	unsigned length; /* of all headers of IP */
	u8_t protocol;   /* that of the contents */
	u8_t hops;       /* of IPv6 alone */
};

/* Of a packet of IPv4. False: it is none, or too short. */
static inline bool layers_look4(const struct ip_hdr *header, size_t size, struct layers *found)
{
	if (size < IP_HLEN)
		return false;
	found->protocol = IPH_PROTO(header);
	found->length = IPH_HL_BYTES(header);
	ip_addr_copy_from_ip4(found->from, header->src);
	ip_addr_copy_from_ip4(found->to, header->dest);
	return found->length >= IP_HLEN;
}

#endif
