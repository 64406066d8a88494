#ifndef LWIPOPTS_H
#define LWIPOPTS_H

/*
 * Settings of lwIP: the stack is called by who uses it, on his own stack of the only thread that runs, so there is nothing to lock
 * and nothing to hand over. Options of the recipe stand in for numbers here; what an image may lack is in parts.h.
 */

#include "parts.h"

/* Who calls whom. */
#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_TIMERS 1
#define LWIP_TIMERS_CUSTOM 1 /* timers.c */
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_NETIF_API 0
#define LWIP_NETIF_STATUS_CALLBACK 1

/* Memory: each record and each packet is a piece of its own, of the size that it needs (memory.c). */
#define MEM_LIBC_MALLOC 1
#define MEMP_MEM_MALLOC 1
#define MEM_ALIGNMENT 16
#define mem_clib_malloc lwip_memory_take
#define mem_clib_calloc lwip_memory_take_zeroed
#define mem_clib_free lwip_memory_give
#define LWIP_SUPPORT_CUSTOM_PBUF 1

/* Protocols. */
#define LWIP_ARP 1
#define LWIP_ETHERNET 1
#define LWIP_IPV4 1
#define LWIP_ICMP 1
#define LWIP_RAW 0
#define LWIP_UDP 1
#define LWIP_TCP 1
#define IP_REASSEMBLY 1
#define IP_REASS_MAX_PBUFS 64 /* fragments that wait for others, at most; the longest datagram has 45 */
#define IP_FRAG 1
#define ARP_QUEUEING 1
#define LWIP_BROADCAST_PING 0
#define LWIP_DHCP OPTION_DHCP
#define DHCP_DOES_ARP_CHECK 0
#define LWIP_DHCP_DOES_ACD_CHECK 0
#define LWIP_DHCP_MAX_NTP_SERVERS 0
#define LWIP_NETIF_HOSTNAME 0
#define IP_SOF_BROADCAST 1
#define IP_SOF_BROADCAST_RECV 0
#define SO_REUSE 1

/* TCP. */
#define TCP_TMR_INTERVAL 50 /* ms; so long an acknowledgement waits for data to go with it, and a loss is noticed after six */
#define TCP_MSS 1460
#define TCP_WND OPTION_TCP_WINDOW
#define TCP_SND_BUF OPTION_TCP_WINDOW
#define LWIP_WND_SCALE 1
#define TCP_RCV_SCALE 5
#define TCP_SND_QUEUELEN (4 * TCP_SND_BUF / TCP_MSS)
#define TCP_SNDLOWAT (TCP_SND_BUF / 4)
#define TCP_QUEUE_OOSEQ 1
#define TCP_OOSEQ_MAX_BYTES TCP_WND
#define TCP_OOSEQ_BYTES_LIMIT(pcb) LWIP_MIN(TCP_OOSEQ_MAX_BYTES, lwip_memory_share())
#define TCP_OOSEQ_MAX_PBUFS (64 + 2 * TCP_WND / TCP_MSS) /* many small segments take more memory than bytes */
#define LWIP_TCP_SACK_OUT 1
#define TCP_LISTEN_BACKLOG 1
#define TCP_DEFAULT_LISTEN_BACKLOG 128
#define LWIP_TCP_KEEPALIVE 1
#define LWIP_TCP_TIMESTAMPS 0
#define LWIP_TCP_PCB_NUM_EXT_ARGS 1 /* whose end is told whatever the reason */
#define TCP_MSL (OPTION_TCP_SEGMENT_LIFETIME * 1000UL)

/* What the device sums is not summed again. */
#define LWIP_CHECKSUM_CTRL_PER_NETIF 1
#define LWIP_CHECKSUM_ON_COPY 0

/* What nobody can foresee (random.c). */
#define LWIP_RAND lwip_random
#define LWIP_HOOK_TCP_ISN(local_address, local_port, remote_address, remote_port) \
	lwip_first_number((struct tcp_pcb *)(local_address)) /* it is the first in that */
#define LWIP_DNS_SECURE 7

/* What comes in is looked at before (guard.c, half_open.c). */
#define LWIP_HOOK_FILENAME "guard.h"
#define LWIP_HOOK_IP4_INPUT(packet, interface) lwip_guard(packet)
#define LWIP_HOOK_IP6_INPUT(packet, interface) lwip_guard(packet)
#define LWIP_HOOK_TCP_INPACKET_PCB(pcb, header, size, first_size, second, packet)                       \
	((pcb)->state == LISTEN ? lwip_guard_listener(pcb, header, size, first_size, packet)            \
				: lwip_guard_segment(pcb, header,                                       \
						     &(struct tcp_options){(const uint8_t *)((header) + 1), \
									   second, first_size, size},   \
						     packet))

#define LWIP_STATS 0
#define LWIP_NETIF_LOOPBACK 1
#define LWIP_HAVE_LOOPIF 1
#define LWIP_NETIF_LOOPBACK_MULTITHREADING 0

/* Version 6. Its tables of neighbours and of places to go to have a fixed length, and a neighbour who has not answered yet keeps one packet. */
#define LWIP_IPV6 OPTION_IPV6
/* Fragments of IPv6 are copies: else lwIP cuts a segment of TCP itself, where a path takes less than before, and has nothing to send again. */
#define LWIP_NETIF_TX_SINGLE_PBUF LWIP_IPV6
#define IPV6_FRAG_COPYHEADER 1
#define LWIP_ND6_QUEUEING 0
#define LWIP_ND6_NUM_NEIGHBORS 32
#define LWIP_ND6_NUM_DESTINATIONS 32
#define LWIP_ND6_RDNSS_MAX_DNS_SERVERS (LWIP_DNS * DNS_MAX_SERVERS)

#endif
