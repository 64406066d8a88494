#ifndef NOLIBC_SCAN_FLOATS_H
#define NOLIBC_SCAN_FLOATS_H

#include <stdio.h>
#include <string.h>

#include "nolibc_float_scan.h"
#include "source.h"

enum { FLOAT_SIZE = 512 }; /* bytes of a float and a 0; a longer one is cut */

/* Take the longest beginning of a float and store its value; false: that was none. */
static inline bool scan_float(struct nolibc_source *source, size_t width, char letter, char modifier, void *to)
{
	char text[FLOAT_SIZE];
	size_t length = 0;
	unsigned state = 0;

	if (!letter || !strchr("aefgAEFG", letter))
		return false;
	for (; length < width && length < FLOAT_SIZE - 1; length++) {
		state = nolibc_float_state(state, (char)nolibc_source_look(source));
		if (source->byte == EOF || !state)
			break;
		text[length] = (char)source->byte;
		nolibc_source_take(source);
	}
	text[length] = '\0';
	return nolibc_scan_float(text, modifier, to);
}

#endif
