/* Options of streams. */

#include "lwip/tcp.h"
#include "lwip/priv/tcp_priv.h"
#include "network.h"
#include "stream.h"

enum { KEEP_SECONDS_MOST = 32767, KEEP_COUNT_MOST = 127 };

static long set_within(u32_t *where, int value, int most, u32_t unit)
{
	if (value < 1 || value > most)
		return -SYS_EINVAL;
	*where = (u32_t)value * unit;
	return 0;
}

long stream_set(struct socket *socket, int level, int name, int value)
{
	struct stream *stream = stream_of(socket);
	struct tcp_pcb *pcb = stream->pcb;

	if (level == SYS_SOL_SOCKET && name == SYS_SO_LINGER) {
		stream->lingers = value >= 0;
		stream->linger_seconds = value;
		return 0;
	}
	if (level == SYS_SOL_SOCKET || level == SYS_IPPROTO_IP || !pcb)
		return socket_set_common((struct ip_pcb *)pcb, level, name, value);
	if (level != SYS_IPPROTO_TCP)
		return -SYS_ENOPROTOOPT;
	if (stream->state == STREAM_LISTENING)
		return name == SYS_TCP_DEFER_ACCEPT || name == SYS_TCP_NODELAY || name == SYS_TCP_FASTOPEN ? 0 : -SYS_ENOPROTOOPT;
	switch (name) {
	case SYS_TCP_NODELAY:
		if (value) {
			tcp_nagle_disable(pcb);
			tcp_output(pcb);
			network_flush();
		} else {
			tcp_nagle_enable(pcb);
		}
		return 0;
	case SYS_TCP_KEEPIDLE:
		return set_within(&pcb->keep_idle, value, KEEP_SECONDS_MOST, 1000);
	case SYS_TCP_KEEPINTVL:
		return set_within(&pcb->keep_intvl, value, KEEP_SECONDS_MOST, 1000);
	case SYS_TCP_KEEPCNT:
		return set_within(&pcb->keep_cnt, value, KEEP_COUNT_MOST, 1);
	case SYS_TCP_QUICKACK:
	case SYS_TCP_USER_TIMEOUT:
		return 0;
	default:
		return -SYS_ENOPROTOOPT;
	}
}

long stream_get(struct socket *socket, int level, int name, int *value)
{
	struct stream *stream = stream_of(socket);
	struct tcp_pcb *pcb = stream->pcb;
	bool has_options = pcb && stream->state != STREAM_LISTENING; /* a listener's record is a shorter one */

	if (level == SYS_SOL_SOCKET && name == SYS_SO_ACCEPTCONN) {
		*value = stream->state == STREAM_LISTENING;
		return 0;
	}
	if (level == SYS_SOL_SOCKET && name == SYS_SO_LINGER) {
		*value = stream->lingers ? stream->linger_seconds : -1;
		return 0;
	}
	if (level != SYS_IPPROTO_TCP)
		return socket_get_common((struct ip_pcb *)pcb, level, name, value);
	switch (name) {
	case SYS_TCP_NODELAY:
		*value = has_options && tcp_nagle_disabled(pcb);
		return 0;
	case SYS_TCP_KEEPIDLE:
		*value = (int)(has_options ? pcb->keep_idle : TCP_KEEPIDLE_DEFAULT) / 1000;
		return 0;
	case SYS_TCP_KEEPINTVL:
		*value = (int)(has_options ? pcb->keep_intvl : TCP_KEEPINTVL_DEFAULT) / 1000;
		return 0;
	case SYS_TCP_KEEPCNT:
		*value = (int)(has_options ? pcb->keep_cnt : TCP_KEEPCNT_DEFAULT);
		return 0;
	case SYS_TCP_MAXSEG:
		*value = has_options ? tcp_mss(pcb) : TCP_MSS;
		return 0;
	default:
		return -SYS_ENOPROTOOPT;
	}
}
