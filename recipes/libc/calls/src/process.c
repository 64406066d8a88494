/* The only process. */

#include <unistd.h>

#include "calls.h"

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
