#ifndef NOLIBC_SCAN_FLOATS_H
#define NOLIBC_SCAN_FLOATS_H

#include "source.h"

/* No format of the app reads a float. */
static inline bool scan_float(struct nolibc_source *source, size_t width, char letter, char modifier, void *to)
{
	(void)source, (void)width, (void)letter, (void)modifier, (void)to;
	return false;
}

#endif
