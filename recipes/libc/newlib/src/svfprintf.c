/* newlib's own formatter with floats to a string, by the name by which string_formats.c chooses it. What else is in it is ours there. */

#define STRING_ONLY
#define _svfprintf_r newlib_svfprintf
#include "stdio/vfprintf.c"
