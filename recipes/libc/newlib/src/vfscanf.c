/* newlib's own reader with floats, by the name by which scans.c chooses it. What else is in it is ours there. */

#define __svfscanf_r newlib_vfscanf
#define __svfscanf newlib_vfscanf_unused
#define _vfscanf_r newlib_vfscanf_unused_r
#define vfscanf newlib_vfscanf_unused_too
#include "stdio/vfscanf.c"
