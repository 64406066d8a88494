#ifndef REPORT_H
#define REPORT_H

#include <stdint.h>

/* Stand-ins for a number inside a text: half of the base it is written in. */
#define REPORT_DECIMAL "\5"
#define REPORT_HEX "\10"

/*
 * Write the last words of a guest: `text`, with the next of `values` for each stand-in, hexadecimal without prefix, in
 * lower case, no leading zeros. Needs no memory, no locks and no libc, only `console`. Context: any.
 */
void report(const char *text, const uint64_t *values);

#endif
