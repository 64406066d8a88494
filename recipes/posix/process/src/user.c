/* The only user: number 0 in group 0. It can become itself, and nobody else. */

#include <stdbool.h>

#include "sys_calls.h"

static const uint32_t unchanged = UINT32_MAX; /* -1: leave this one as it is */

static long become(uint32_t one, uint32_t other, uint32_t third)
{
	bool is_same = (one == 0 || one == unchanged) && (other == 0 || other == unchanged) && (third == 0 || third == unchanged);
	return is_same ? 0 : -SYS_EPERM;
}

long sys_getuid(void)
{
	return 0;
}

long sys_geteuid(void)
{
	return 0;
}

long sys_getgid(void)
{
	return 0;
}

long sys_getegid(void)
{
	return 0;
}

long sys_getresuid(uint32_t *real, uint32_t *effective, uint32_t *saved)
{
	*real = *effective = *saved = 0;
	return 0;
}

long sys_getresgid(uint32_t *real, uint32_t *effective, uint32_t *saved)
{
	*real = *effective = *saved = 0;
	return 0;
}

long sys_getgroups(int count, uint32_t *groups)
{
	(void)groups;
	return count < 0 ? -SYS_EINVAL : 0;
}

long sys_setgroups(size_t count, const uint32_t *groups)
{
	(void)groups;
	return count == 0 ? 0 : -SYS_EPERM;
}

long sys_setuid(uint32_t user)
{
	return user == unchanged ? -SYS_EINVAL : become(user, 0, 0);
}

long sys_setgid(uint32_t group)
{
	return group == unchanged ? -SYS_EINVAL : become(group, 0, 0);
}

long sys_setreuid(uint32_t real, uint32_t effective)
{
	return become(real, effective, 0);
}

long sys_setregid(uint32_t real, uint32_t effective)
{
	return become(real, effective, 0);
}

long sys_setresuid(uint32_t real, uint32_t effective, uint32_t saved)
{
	return become(real, effective, saved);
}

long sys_setresgid(uint32_t real, uint32_t effective, uint32_t saved)
{
	return become(real, effective, saved);
}

/* Both give the user that files are opened for before, whether or not it has changed. */
long sys_setfsuid(uint32_t user)
{
	(void)user;
	return 0;
}

long sys_setfsgid(uint32_t group)
{
	(void)group;
	return 0;
}
