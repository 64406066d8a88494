/* Of newlib's one source for all of its formatters: whole numbers of a stream. */
#define INTEGER_ONLY
#include "stdio/vfwscanf.c"
