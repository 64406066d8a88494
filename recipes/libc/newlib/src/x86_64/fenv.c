/* newlib's own; the portable functions of these names only fail. */
#include "machine/x86_64/fenv.c"
