#ifndef STREAM_H
#define STREAM_H

/*
 * A stream over a descriptor. Between two calls it either holds bytes that were read and not taken yet, or bytes that
 * are to be written, or none; `reading` tells which. Ownership: fopen and fdopen make a block of the heap, which fclose frees.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum stream_flag {
	STREAM_READS = 1,
	STREAM_WRITES = 2,
	STREAM_APPENDS = 4,
	STREAM_ENDED = 8,
	STREAM_FAILED = 16,
	STREAM_STATIC = 32,     /* one of the three that are always there */
	STREAM_OWN_BUFFER = 64, /* which is freed with the stream */
	STREAM_BUSY = 128,      /* it is being read or written, and whoever does so may wait */
};

struct nolibc_stream {
	int descriptor;
	unsigned flags;
	int mode;              /* _IOFBF, _IOLBF or _IONBF, for output */
	bool reading;
	bool has_back;         /* ungetc put `back` before what is held */
	unsigned char back;
	unsigned char single;  /* the buffer where there is no memory for one */
	unsigned char *buffer; /* null until one is needed */
	size_t size;           /* of the buffer */
	size_t start, end;     /* of what is held in it */
	struct nolibc_stream *next; /* of those that were opened */
};

/* Write what is held back, or take back what was read too far. False: an error. */
bool nolibc_streams_settle(FILE *stream);

/* Whether the stream may do that; if not, errno and the stream's flag say so. */
bool nolibc_streams_may(FILE *stream, unsigned flag);

/* Give the stream a buffer if it has none. */
void nolibc_streams_need_buffer(FILE *stream);

/* Forget `stream`, or take it in, among those that fflush(NULL) and exit write. */
void nolibc_streams_list(FILE *stream, bool listed);

#endif
