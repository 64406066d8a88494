/* The process: unistd.h. */

#include <errno.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "nolibc_system.h"
#include "sys_calls.h"

pid_t getpid(void)
{
	return (pid_t)sys_getpid();
}

pid_t getppid(void)
{
	return (pid_t)sys_getppid();
}

uid_t getuid(void)
{
	return (uid_t)sys_getuid();
}

uid_t geteuid(void)
{
	return (uid_t)sys_geteuid();
}

gid_t getgid(void)
{
	return (gid_t)sys_getgid();
}

gid_t getegid(void)
{
	return (gid_t)sys_getegid();
}

int uname(struct utsname *name)
{
	return (int)nolibc_result(sys_uname((struct sys_utsname *)name));
}

_Static_assert(sizeof(struct utsname) == sizeof(struct sys_utsname), "one layout");
