/* The process asks about itself, and for what cannot be; with an argument it ends in a deadlock. */

#include <stdint.h>
#include <stdio.h>
#include <string.h>

long sys_getpid(void);
long sys_getuid(void);
long sys_uname(char *name);
long sys_prlimit64(int process, int resource, const uint64_t *limit, uint64_t *old);
long sys_sched_getaffinity(int process, size_t size, void *mask);
long sys_futex(uint32_t *word, int operation, uint32_t value, const int64_t *limit, uint32_t *other, uint32_t bits);
long sys_prctl(int option, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d);
long sys_fork(void);
long sys_inotify_init1(int flags);
_Noreturn void sys_exit_group(int status);

enum { ENOSYS = 38, EAGAIN = 11, EPERM = 1, NAME = 65 };

static char name[6 * NAME];

static long start_child(void)
{
	return sys_fork();
}

int main(int argc, char **argv)
{
	uint32_t word = 7;
	uint64_t limit[2], mask = 0;
	char thread[16] = "";

	(void)argv;
	if (argc > 1)
		sys_futex(&word, 0, 7, 0, 0, 0);
	if (sys_getpid() != 1 || sys_getuid() != 0 || sys_uname(name) != 0)
		return 2;
	printf("%s on %s\n", name, name + 4 * NAME);
	if (sys_prlimit64(0, 9, 0, limit) != 0 || limit[0] != 16 << 20 || sys_prlimit64(0, 9, limit, 0) != 0)
		return 3;
	limit[0]--;
	if (sys_prlimit64(0, 9, limit, 0) != -EPERM)
		return 4;
	if (sys_sched_getaffinity(0, sizeof(mask), &mask) != sizeof(mask) || mask != 1)
		return 5;
	if (sys_futex(&word, 0, 8, 0, 0, 0) != -EAGAIN || sys_futex(&word, 1, 1, 0, 0, 0) != 0)
		return 6;
	if (sys_prctl(15, (uintptr_t) "a name that is too long", 0, 0, 0) != 0 || sys_prctl(16, (uintptr_t)thread, 0, 0, 0) != 0)
		return 7;
	puts(thread);
	for (int i = 0; i < 2; i++)
		if (start_child() != -ENOSYS || sys_inotify_init1(0) != -ENOSYS)
			return 8;
	puts("all is well");
	sys_exit_group(0x142);
}
