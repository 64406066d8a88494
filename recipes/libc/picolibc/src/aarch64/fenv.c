/* picolibc's own; the portable functions of these names only fail. */
#include "machine/aarch64/fenv.c"
