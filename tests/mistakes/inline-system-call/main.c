#include <stdio.h>

/* Bytes that only look like the instruction are none. */
static long number(void)
{
	return 0x050f050f;
}

__attribute__((noinline)) static long get_process(void)
{
	long result = 39;

	__asm__ volatile("syscall" : "+a"(result) : : "rcx", "r11", "memory");
	return result;
}

int main(void)
{
	printf("%ld %ld\n", number(), get_process());
	return 0;
}
