/* From the kernel's first instruction to `start` of the C library's recipe. */

#include <stddef.h>
#include <sys/syscall.h>

#include "shim.h"
#include "start.h"

enum { AUXILIARY_RANDOM = 25, AUXILIARY_VDSO = 33, ARCH_SET_FS = 0x1002, SIGABRT_NUMBER = 6 };

uintptr_t __stack_chk_guard;

__asm__(".globl _start\n_start:\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall begin\n");

long linux_call(long number, long a, long b, long c)
{
	long result;
	__asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return result;
}

/* `words` is what the kernel leaves on the stack: the count of arguments, they, the environment, the auxiliary vector. */
__attribute__((used, noreturn, no_stack_protector)) static void begin(uintptr_t *words)
{
	const int count = (int)words[0];
	char **arguments = (char **)(words + 1), **environment = arguments + count + 1;
	uintptr_t *auxiliary = (uintptr_t *)environment, vdso = 0;

	while (*auxiliary++ != 0)
		;
	for (; auxiliary[0] != 0; auxiliary += 2) {
		if (auxiliary[0] == AUXILIARY_RANDOM)
			__stack_chk_guard = *(const uintptr_t *)auxiliary[1] & ~(uintptr_t)0xff;
		if (auxiliary[0] == AUXILIARY_VDSO)
			vdso = auxiliary[1];
	}
	clock_start(vdso);
	start(count, arguments, environment);
}

void thread_pointer_set(void *pointer)
{
	linux_call(SYS_arch_prctl, ARCH_SET_FS, (long)pointer, 0);
}

_Noreturn void __stack_chk_fail(void)
{
	linux_call(SYS_kill, linux_call(SYS_getpid, 0, 0, 0), SIGABRT_NUMBER, 0);
	for (;;)
		linux_call(SYS_exit_group, 127, 0, 0);
}
