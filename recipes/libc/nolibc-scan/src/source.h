#ifndef NOLIBC_SOURCE_H
#define NOLIBC_SOURCE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Where input comes from. A byte is got when it is looked at, so that nobody waits for one that is not needed. */
struct nolibc_source {
	int (*get)(struct nolibc_source *source); /* the next byte, or EOF */
	void *from;                               /* for `get` */
	int byte;                                 /* that was looked at and not taken: itself or EOF; else SOURCE_NONE */
	size_t taken;                             /* bytes before it */
};

enum { SOURCE_NONE = -2 };

/* Scan from `source`; the result is that of scanf. */
int nolibc_scan(struct nolibc_source *source, const char *format, va_list arguments);

/* Look at the next byte; EOF: there is none. */
static inline int nolibc_source_look(struct nolibc_source *source)
{
	if (source->byte == SOURCE_NONE)
		source->byte = source->get(source);
	return source->byte;
}

/* Take the byte that was looked at. */
static inline void nolibc_source_take(struct nolibc_source *source)
{
	source->taken++;
	source->byte = SOURCE_NONE;
}

#endif
