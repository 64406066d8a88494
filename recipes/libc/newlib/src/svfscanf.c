/* Of newlib's one source for all of its formatters: of a string. */
#define STRING_ONLY
#include "stdio/vfscanf.c"
