#ifndef NOLIBC_FLOAT_SCAN_H
#define NOLIBC_FLOAT_SCAN_H

/* The capability `libc.float-scan`: floats for scanf and its family. Context: any. */

#include <stdbool.h>

/*
 * A text that is the beginning of a float, byte by byte: the state after `byte`, from that before it, which is 0 at first.
 * 0: with this byte it is none any more.
 */
unsigned nolibc_float_state(unsigned state, char byte);

/*
 * Store the float that `text` is: a float, with the modifier l a double, with L a long double. False: it is none.
 * Merged code must not have it inside functions that may not use the floats' registers.
 */
__attribute__((noinline)) bool nolibc_scan_float(const char *text, char modifier, void *to);

#endif
