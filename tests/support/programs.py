"""Sources of small programs that start by themselves and talk to the kernel directly."""

START = """
static long call(long number, long a, long b, long c)
{
	long result;
	__asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return result;
}
void image_init(void);
int main(void);
void console_write(const void *bytes, unsigned long length);
void console_write(const void *bytes, unsigned long length)
{
	call(1, 1, (long)bytes, (long)length);
}
_Noreturn void start_c(void);
_Noreturn void start_c(void)
{
	image_init();
	call(60, main(), 0, 0);
	__builtin_unreachable();
}
__asm__(".section .text._start,\\"ax\\",@progbits\\n.globl _start\\n_start: and $-16,%rsp\\n call start_c\\n");
"""

HELLO = """
void console_write(const void *bytes, unsigned long length);
int main(void)
{
	console_write("hello\\n", 6);
	return 7;
}
"""
