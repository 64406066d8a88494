/* newlib's own. */
#include "machine/aarch64/setjmp.S"
