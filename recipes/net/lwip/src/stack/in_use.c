/* What the stack holds. */

#include "net_in_use.h"

#include "device.h"
#include "lwip/priv/tcp_priv.h"
#include "memory.h"

static unsigned count(const struct tcp_pcb *pcb)
{
	unsigned total = 0;

	for (; pcb; pcb = pcb->next)
		total++;
	return total;
}

struct net_in_use net_in_use(void)
{
	return (struct net_in_use){
		.memory = lwip_memory_in_use(),
		.frames = device_kept(),
		.connections = count(tcp_active_pcbs),
		.ended = count(tcp_tw_pcbs),
	};
}
