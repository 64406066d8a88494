#ifndef ARCH_CC_H
#define ARCH_CC_H

/* What lwIP wants of a compiler and a C library, none of which it gets here: contracts/stdint.h and string.h beside this are all. */

#include <stddef.h>
#include <stdint.h>

#define LWIP_NO_INTTYPES_H 1
#define LWIP_NO_LIMITS_H 1
#define LWIP_NO_CTYPE_H 1
#define LWIP_NO_UNISTD_H 1
#define INT_MAX __INT_MAX__

/*
 * Failed assertions are bugs: they end the guest, without a text that would be in each image. But these any packet can make fail, and lwIP goes
 * on as it should if nobody stops it:
 *
 * - A late acknowledgement is of all that waits to be sent again, while the other side's window is asked for: then nothing is asked.
 * - A segment of one byte is just half of all sequence numbers behind: it is taken for the next one.
 */
#define LWIP_PLATFORM_ASSERT(text)                                                                   \
	do {                                                                                         \
		if (__builtin_strcmp(text, "tcp_slowtimr: persist ticking with empty send buffer") && \
		    __builtin_strcmp(text, "insane offset!"))                                        \
			__builtin_trap();                                                            \
	} while (0)
#define LWIP_PLATFORM_DIAG(text) ((void)0)

uint32_t lwip_random(void);
void *lwip_memory_take(size_t size);
void *lwip_memory_take_zeroed(size_t count, size_t size);
void lwip_memory_give(void *memory);

#endif
