/* newlib's own; in the profile size it would leave this to a loop over bytes, several times slower and not much less. */
#undef __OPTIMIZE_SIZE__
#include "machine/aarch64/memset.S"
