/* Fail in the way that the argument names, to see what protects the guest and what it reports. */

#include <assert.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Constants that are the machine code of "return"; where data cannot be executed it is never reached. */
__asm__(".pushsection .rodata.return_instruction, \"a\"\n"
	".balign 4\n"
	"return_instruction: ret\n"
	".balign 4\n"
	".popsection");
extern const uint32_t return_instruction;
static uint32_t writable;

/* What the compiler may not see through, so that it neither warns nor leaves a fault out. */
static void *hidden(const void *address)
{
	__asm__("" : "+r"(address));
	return (void *)address;
}

static void call(const void *address)
{
	void (*function)(void) = (void (*)(void))(uintptr_t)hidden(address);

	function();
}

static void fail_null_read(void)
{
	printf("%d\n", *(volatile char *)hidden(NULL));
}

static void fail_null_write(void)
{
	*(volatile char *)hidden(NULL) = 1;
}

static void fail_null_call(void)
{
	call(NULL);
}

static void fail_write_code(void)
{
	*(volatile uint32_t *)hidden((void *)(uintptr_t)fail_null_write) = return_instruction;
}

static void fail_write_const(void)
{
	*(volatile uint32_t *)hidden(&return_instruction) = 0;
}

static void fail_execute_data(void)
{
	writable = return_instruction;
	call(&writable);
}

static void fail_execute_stack(void)
{
	volatile uint32_t code = return_instruction;

	call((const void *)&code);
}

static void fail_execute_heap(void)
{
	volatile uint32_t *code = malloc(sizeof(*code));

	if (!code)
		return;
	*code = return_instruction;
	call((const void *)code);
}

static void fail_execute_const(void)
{
	call(&return_instruction);
}

static unsigned descend(unsigned depth)
{
	volatile char room[256];

	room[0] = (char)depth;
	return depth == UINT_MAX ? 0 : descend(depth + 1) + (unsigned char)room[0];
}

static void fail_stack_overflow(void)
{
	printf("%u\n", descend(0));
}

static void fail_smash_stack(void)
{
	char room[16];

	memset(hidden(room), 'x', 64);
}

static void fail_divide(void)
{
	volatile int dividend = 100, divisor = 0;

	printf("%d\n", dividend / divisor);
}

static void fail_illegal(void)
{
	__builtin_trap();
}

static void fail_assert(void)
{
	assert(*(uint32_t *)hidden(&writable) == 1);
}

static void fail_double_free(void)
{
	char *block = malloc(100), *again = hidden(block);

	free(block);
	free(again);
}

static void fail_overrun_heap(void)
{
	char *block = malloc(24);

	memset(hidden(block), 'x', 40);
	free(block);
}

static const struct {
	const char *name;
	void (*fail)(void);
} faults[] = {
	{"null-read", fail_null_read},
	{"null-write", fail_null_write},
	{"null-call", fail_null_call},
	{"write-code", fail_write_code},
	{"write-const", fail_write_const},
	{"execute-data", fail_execute_data},
	{"execute-stack", fail_execute_stack},
	{"execute-heap", fail_execute_heap},
	{"execute-const", fail_execute_const},
	{"stack-overflow", fail_stack_overflow},
	{"smash-stack", fail_smash_stack},
	{"divide", fail_divide},
	{"illegal", fail_illegal},
	{"abort", abort},
	{"assert", fail_assert},
	{"double-free", fail_double_free},
	{"overrun-heap", fail_overrun_heap},
};

enum { FAULTS = sizeof(faults) / sizeof(faults[0]), SURVIVED = 99 };

static int usage(void)
{
	puts("usage: crash FAULT | crash exit STATUS\nfaults:");
	for (size_t i = 0; i < FAULTS; i++)
		printf("  %s\n", faults[i].name);
	return 2;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "exit"))
		return atoi(argv[2]);
	for (size_t i = 0; argc == 2 && i < FAULTS; i++)
		if (!strcmp(argv[1], faults[i].name)) {
			faults[i].fail();
			printf("%s: still alive\n", argv[1]);
			return SURVIVED;
		}
	return usage();
}
