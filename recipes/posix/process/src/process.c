/* The only process and its only thread: number 1, leader of its group and session, child of nobody. */

#include "machine.h"
#include "sys_calls.h"

enum { ITSELF = 1, NAME_SIZE = 16, SET_NAME = 15, GET_NAME = 16 };

long sys_getpid(void)
{
	return ITSELF;
}

long sys_gettid(void)
{
	return ITSELF;
}

long sys_getppid(void)
{
	return 0;
}

long sys_set_tid_address(int *address)
{
	(void)address; /* would be cleared when the thread ends and others go on */
	return ITSELF;
}

long sys_getpgid(int process)
{
	return process == 0 || process == ITSELF ? ITSELF : -SYS_ESRCH;
}

long sys_getsid(int process)
{
	return process == 0 || process == ITSELF ? ITSELF : -SYS_ESRCH;
}

long sys_setpgid(int process, int group)
{
	(void)group;
	return process == 0 || process == ITSELF ? -SYS_EPERM : -SYS_ESRCH; /* as for each leader of a session */
}

long sys_setsid(void)
{
	return -SYS_EPERM; /* it leads one already */
}

long sys_prctl(int option, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d)
{
	static char name[NAME_SIZE] = "app";
	(void)b;
	(void)c;
	(void)d;
	if (option == SET_NAME)
		for (unsigned i = 0; i < NAME_SIZE - 1; i++) {
			name[i] = ((const char *)a)[i];
			if (name[i] == '\0')
				return 0;
		}
	else if (option == GET_NAME)
		__builtin_memcpy((char *)a, name, NAME_SIZE);
	else
		return -SYS_EINVAL;
	return 0;
}

_Noreturn void sys_exit(int status)
{
	machine_end(ENDING_EXIT, (uint8_t)status);
}

_Noreturn void sys_exit_group(int status)
{
	machine_end(ENDING_EXIT, (uint8_t)status);
}
