/*
 * Functions of math that are an instruction here. picolibc has them beside the portable ones, which have the same names
 * and come first in the search.
 */


#include "machine/aarch64/s_fma.c"
#include "machine/aarch64/sf_fma.c"
#include "machine/aarch64/s_fmax.c"
#include "machine/aarch64/sf_fmax.c"
#include "machine/aarch64/s_fmin.c"
#include "machine/aarch64/sf_fmin.c"
#include "machine/aarch64/s_llrint.c"
#include "machine/aarch64/sf_llrint.c"
#include "machine/aarch64/s_llround.c"
#include "machine/aarch64/sf_llround.c"
#include "machine/aarch64/s_lrint.c"
#include "machine/aarch64/sf_lrint.c"
#include "machine/aarch64/s_lround.c"
#include "machine/aarch64/sf_lround.c"
#include "machine/aarch64/s_nearbyint.c"
#include "machine/aarch64/sf_nearbyint.c"
#include "machine/aarch64/s_rint.c"
#include "machine/aarch64/sf_rint.c"
#include "machine/aarch64/s_round.c"
#include "machine/aarch64/sf_round.c"
#include "machine/aarch64/s_trunc.c"
#include "machine/aarch64/sf_trunc.c"
