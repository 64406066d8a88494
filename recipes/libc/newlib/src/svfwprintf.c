/* Of newlib's one source for all of its formatters: to a string. */
#define STRING_ONLY
#include "stdio/vfwprintf.c"
