#ifndef SEGMENTS_H
#define SEGMENTS_H

struct tcp_pcb;

/* A connection has been made: let it send several segments at once, where the card cuts them. Context: thread. */
void segments_widen(struct tcp_pcb *pcb);

#endif
