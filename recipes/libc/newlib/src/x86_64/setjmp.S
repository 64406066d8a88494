/* newlib's own. */
#include "machine/x86_64/setjmp.S"
