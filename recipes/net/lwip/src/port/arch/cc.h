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
 * Failed assertions are bugs: they end the guest, without a text that would be in each image. But these can be made to fail from outside, and lwIP
 * goes on as it should if nobody stops it:
 *
 * - A late acknowledgement is of all that waits to be sent again, while the other side's window is asked for: then nothing is asked.
 * - The window opens while there is no link, to a multiple of 64 KiB: it is asked for once more.
 */
#define LWIP_IS_HARMLESS(text)                                                              \
	(!__builtin_strcmp(text, "tcp_slowtimr: persist ticking with empty send buffer") || \
	 !__builtin_strcmp(text, "Can't split segment into length 0"))
#define LWIP_PLATFORM_ASSERT(text)              \
	do {                                    \
		if (!LWIP_IS_HARMLESS(text))    \
			__builtin_trap();       \
	} while (0)
#define LWIP_PLATFORM_DIAG(text) ((void)0)

/*
 * Bytes of programs, by a call of the C library's function: in its place gcc's profile `size` has an instruction that copies byte after byte,
 * which was four fifths of all instructions of a long transfer.
 */
void *lwip_copy(void *restrict to, const void *restrict from, size_t size) __asm__("memcpy");
#define MEMCPY lwip_copy

/* One instruction each, and no function. */
#define lwip_htons(number) __builtin_bswap16(number)
#define lwip_htonl(number) __builtin_bswap32(number)

uint32_t lwip_random(void);
size_t lwip_memory_share(void);
void *lwip_memory_take(size_t size);
void *lwip_memory_take_zeroed(size_t count, size_t size);
void lwip_memory_give(void *memory);

#endif
