#ifndef REPORT_H
#define REPORT_H

#include <stdint.h>

/* Text for the last words of a guest: no memory, no locks, only `console`. Context of both: any. */

/* Write a text that ends in NUL. */
void report_text(const char *text);

/* Write `label`, then `value` in `base` (2 to 16), lower case, without leading zeros. */
void report_number(const char *label, uint64_t value, unsigned base);

#endif
