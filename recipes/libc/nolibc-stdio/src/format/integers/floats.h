#ifndef NOLIBC_FLOATS_H
#define NOLIBC_FLOATS_H

#include "conversion.h"

/* No format of the app has a float in it. */
static inline bool convert_float(struct formatter *formatter, struct conversion *conversion, put_bytes *put)
{
	(void)formatter, (void)conversion, (void)put;
	return false;
}

#endif
