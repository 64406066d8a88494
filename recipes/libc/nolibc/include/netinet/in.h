#ifndef NETINET_IN_H
#define NETINET_IN_H

/*
 * POSIX. Addresses and ports are in the order of the network. Sockets take those of version 6 where the network has it (`net: {ipv6: true}` in
 * the manifest), else EAFNOSUPPORT. Context: any.
 */

#include <inttypes.h>
#include <sys/socket.h>

typedef uint16_t in_port_t;
typedef uint32_t in_addr_t;

struct in_addr {
	in_addr_t s_addr;
};

struct sockaddr_in {
	sa_family_t sin_family;
	in_port_t sin_port;
	struct in_addr sin_addr;
	unsigned char sin_zero[8];
};

struct in6_addr {
	union {
		uint8_t nolibc_bytes[16];
		uint16_t nolibc_halves[8];
		uint32_t nolibc_words[4];
	} nolibc_all;
};
#define s6_addr nolibc_all.nolibc_bytes
#define s6_addr16 nolibc_all.nolibc_halves
#define s6_addr32 nolibc_all.nolibc_words

struct sockaddr_in6 {
	sa_family_t sin6_family;
	in_port_t sin6_port;
	uint32_t sin6_flowinfo;
	struct in6_addr sin6_addr;
	uint32_t sin6_scope_id;
};

#define INADDR_ANY ((in_addr_t)0)
#define INADDR_BROADCAST ((in_addr_t)0xffffffff)
#define INADDR_NONE ((in_addr_t)0xffffffff)
#define INADDR_LOOPBACK ((in_addr_t)0x7f000001)

#define IN6ADDR_ANY_INIT {{{0}}}
#define IN6ADDR_LOOPBACK_INIT {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}}
extern const struct in6_addr in6addr_any, in6addr_loopback;

#define IN6_IS_ADDR_UNSPECIFIED(address) (!((address)->s6_addr32[0] | (address)->s6_addr32[1] | (address)->s6_addr32[2] | (address)->s6_addr32[3]))
#define IN6_IS_ADDR_LOOPBACK(address) \
	(!((address)->s6_addr32[0] | (address)->s6_addr32[1] | (address)->s6_addr32[2]) && (address)->s6_addr32[3] == htonl(1))
#define IN6_IS_ADDR_V4MAPPED(address) (!((address)->s6_addr32[0] | (address)->s6_addr32[1]) && (address)->s6_addr32[2] == htonl(0xffff))
#define IN6_IS_ADDR_LINKLOCAL(address) ((address)->s6_addr[0] == 0xfe && ((address)->s6_addr[1] & 0xc0) == 0x80)
#define IN6_IS_ADDR_MULTICAST(address) ((address)->s6_addr[0] == 0xff)

#define INET_ADDRSTRLEN 16
#define INET6_ADDRSTRLEN 46

#define IPPROTO_IP 0
#define IPPROTO_ICMP 1
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_IPV6 41

#define IP_TOS 1
#define IP_TTL 2
#define IPV6_UNICAST_HOPS 16
#define IPV6_V6ONLY 26
#define IPV6_TCLASS 67

#define htons(number) __builtin_bswap16(number)
#define ntohs(number) __builtin_bswap16(number)
#define htonl(number) __builtin_bswap32(number)
#define ntohl(number) __builtin_bswap32(number)

#endif
