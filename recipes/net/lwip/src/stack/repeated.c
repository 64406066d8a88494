/*
 * An acknowledgement that repeats the last one tells of a lost segment, and the third such one has it sent again at once. lwIP takes it for a repetition only
 * if its window is the same as before, but Linux's window grows with all that comes, so a loss would be noticed only when the time is over. What
 * acknowledges something behind a gap as well (SACK) tells of a loss whatever its window: that is taken over before lwIP compares.
 */

#include "guard.h"

#include "lwip/priv/tcp_priv.h"

int lwip_look_for_repeated(struct tcp_pcb *pcb, const struct tcp_hdr *header, unsigned options)
{
	/* Of a listener there is not more than its state. Other options than SACK are not agreed on. */
	if (pcb->state >= ESTABLISHED && options && header->ackno == pcb->lastack && pcb->snd_wl2 == header->ackno &&
	    (tcpwnd_size_t)SND_WND_SCALE(pcb, header->wnd) > pcb->snd_wnd)
		pcb->snd_wnd = SND_WND_SCALE(pcb, header->wnd);
	return ERR_OK;
}
