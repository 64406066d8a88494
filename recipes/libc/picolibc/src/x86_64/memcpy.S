/* picolibc's own, whose folder is called otherwise than the architecture here. */
#include "machine/x86/memcpy.S"
