/* newlib's own, which shows it all that its header has. */
#define _GNU_SOURCE
#include "posix/fnmatch.c"
