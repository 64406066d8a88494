/* A process may not write the register itself on every kernel, so the kernel is asked; for its own memory it agrees. */

#include "linux_call.h"
#include "thread_pointer.h"

enum { ARCH_SET_FS = 0x1002 }; /* arch_prctl(2) */

void thread_pointer_set(void *pointer)
{
	linux_call(LINUX_ARCH_PRCTL, ARCH_SET_FS, (long)pointer, 0, 0);
}
