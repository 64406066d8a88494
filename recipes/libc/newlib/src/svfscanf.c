/* newlib's own reader with floats of a string, by the name by which string_scans.c chooses it. What else is in it is ours there. */

#define STRING_ONLY
#define __ssvfscanf_r newlib_svfscanf
#include "stdio/vfscanf.c"
