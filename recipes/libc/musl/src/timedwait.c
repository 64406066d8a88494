/* Waiting with a limit, the only use that musl makes of futexes for which a clock and a halt are needed (internal/syscall_arch.h). */

#include "syscall.h"

#undef SYS_futex
#define SYS_futex ((long)sys_futex)
#include "../thread/__timedwait.c"
