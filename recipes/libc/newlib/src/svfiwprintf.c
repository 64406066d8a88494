/* Of newlib's one source for all of its formatters: whole numbers to a string. */
#define INTEGER_ONLY
#define STRING_ONLY
#include "stdio/vfwprintf.c"
