/* newlib's own formatter with floats, by the name by which formats.c chooses it. What else is in it is ours there. */

#define _vfprintf_r newlib_vfprintf
#define vfprintf newlib_vfprintf_unused
#include "stdio/vfprintf.c"
