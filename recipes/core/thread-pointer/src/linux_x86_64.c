/* The thread pointer of a process on x86_64: the kernel writes the base of FS (arch_prctl(2)). */

#include "linux_call.h"
#include "thread_pointer.h"

enum { ARCH_SET_FS = 0x1002 };

void thread_pointer_set(void *pointer)
{
	linux_call(LINUX_ARCH_PRCTL, ARCH_SET_FS, (long)pointer, 0, 0);
}
