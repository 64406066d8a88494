/* newlib's own. */
#include "machine/x86_64/memcpy.S"
