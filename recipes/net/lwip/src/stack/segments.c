/*
 * Several segments in one. A card that can cuts them apart, so all that is done for each of them is done once for SEGMENTS. lwIP knows nothing of it: for it
 * the other side takes that much at once. Only of version 4, for what cards do with version 6 is an ability of its own. What is sent at the start and after a loss grows with it, to what RFC 6928 allows.
 */

#include "segments.h"

#include "device.h"
#include "lwip/ip.h"
#include "lwip/tcp.h"
#include "network.h"

enum { SEGMENTS = 10 };

void segments_widen(struct tcp_pcb *pcb)
{
	bool goes_out = IP_IS_V4(&pcb->remote_ip) && ip_route(&pcb->local_ip, &pcb->remote_ip) == &network_interface && !ip_addr_cmp(&pcb->local_ip, &pcb->remote_ip);

	if (!device_cuts() || pcb->mss != TCP_MSS || !goes_out)
		return;
	pcb->mss = SEGMENTS * TCP_MSS;
	if (pcb->cwnd < pcb->mss)
		pcb->cwnd = pcb->mss;
}
