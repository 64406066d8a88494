#ifndef NOLIBC_STREAM_H
#define NOLIBC_STREAM_H

#include <stdbool.h>

/* A stream is only a name for the console's input or output; which one is the caller's choice of function. */
struct nolibc_stream {
	bool ended; /* an input function has met the end of the input */
};

#endif
