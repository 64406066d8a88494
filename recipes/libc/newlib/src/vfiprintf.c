/* Of newlib's one source for all of its formatters: whole numbers to a stream. */
#define INTEGER_ONLY
#include "stdio/vfprintf.c"
