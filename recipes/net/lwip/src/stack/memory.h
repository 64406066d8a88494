#ifndef LWIP_MEMORY_H
#define LWIP_MEMORY_H

#include <stddef.h>

/* The stack's own malloc; see cc.h for the calls. Context: thread. */

/* Once, before the first piece. */
void lwip_memory_start(void);

/* Bytes that are in use, with what it takes to keep them. */
size_t lwip_memory_in_use(void);

/*
 * How much one connection may have waiting, each way: a share of what is free, and a little where nothing is. So those whose data nobody reads
 * leave something to all others, however many they are.
 */
size_t lwip_memory_share(void);

#endif
