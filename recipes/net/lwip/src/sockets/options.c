/* Options of sockets. Those that change nothing here are taken where Linux has them and a program could not tell. */

#include "lwip/ip.h"
#include "socket.h"
#include "string.h"

/* The bit of lwIP for an option that is one; 0: it is none. */
static u8_t bit_of(int name)
{
	switch (name) {
	case SYS_SO_REUSEADDR:
		return SOF_REUSEADDR;
	case SYS_SO_KEEPALIVE:
		return SOF_KEEPALIVE;
	case SYS_SO_BROADCAST:
		return SOF_BROADCAST;
	default:
		return 0;
	}
}

long socket_set_common(struct ip_pcb *pcb, int level, int name, int value)
{
	u8_t bit = level == SYS_SOL_SOCKET ? bit_of(name) : 0;

	if (level == SYS_IPPROTO_IP && pcb && (name == SYS_IP_TTL || name == SYS_IP_TOS)) {
		if (name == SYS_IP_TTL && (value < -1 || !value || value > UINT8_MAX))
			return -SYS_EINVAL;
		*(name == SYS_IP_TTL ? &pcb->ttl : &pcb->tos) = (u8_t)(value == -1 ? TCP_TTL : value);
		return 0;
	}
	if (bit && pcb) {
		pcb->so_options = (u8_t)(value ? pcb->so_options | bit : pcb->so_options & ~bit);
		return 0;
	}
	if (level != SYS_SOL_SOCKET)
		return -SYS_ENOPROTOOPT;
	switch (name) {
	case SYS_SO_REUSEADDR:
	case SYS_SO_KEEPALIVE:
	case SYS_SO_BROADCAST:
	case SYS_SO_REUSEPORT:
	case SYS_SO_OOBINLINE:
	case SYS_SO_DONTROUTE:
		return 0;
	default:
		return -SYS_ENOPROTOOPT;
	}
}

long socket_get_common(const struct ip_pcb *pcb, int level, int name, int *value)
{
	u8_t bit = level == SYS_SOL_SOCKET ? bit_of(name) : 0;

	if (level == SYS_IPPROTO_IP && pcb && (name == SYS_IP_TTL || name == SYS_IP_TOS)) {
		*value = name == SYS_IP_TTL ? pcb->ttl : pcb->tos;
		return 0;
	}
	if (bit) {
		*value = pcb && pcb->so_options & bit;
		return 0;
	}
	if (level != SYS_SOL_SOCKET)
		return -SYS_ENOPROTOOPT;
	switch (name) {
	case SYS_SO_REUSEPORT:
	case SYS_SO_OOBINLINE:
	case SYS_SO_DONTROUTE:
	case SYS_SO_ACCEPTCONN:
		*value = 0;
		return 0;
	default:
		return -SYS_ENOPROTOOPT;
	}
}
