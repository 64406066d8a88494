/* The end of the process; that of a guest's first process is the guest's. */

#include <linux/reboot.h>
#include <sys/syscall.h>

#include "shim.h"
#include "sys_calls.h"

enum { FIRST_PROCESS = 1 };

/* A guest that failed is left to the kernel, which says the status aloud when its first process ends. */
_Noreturn void sys_exit_group(int status)
{
	if (status == 0 && linux_call(SYS_getpid, 0, 0, 0) == FIRST_PROCESS)
		linux_call(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_RESTART);
	for (;;)
		linux_call(SYS_exit_group, status, 0, 0);
}

_Noreturn void sys_exit(int status)
{
	sys_exit_group(status);
}
