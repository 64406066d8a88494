/* A handler on a stack of its own; with an argument, the signal that the program sends itself at the end. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct action {
	void (*handler)(int number);
	uint64_t flags;
	void (*restorer)(void);
	uint64_t mask;
};

struct stack {
	void *start;
	int flags;
	size_t size;
};

long sys_rt_sigaction(int number, const struct action *action, struct action *old, size_t size);
long sys_sigaltstack(const struct stack *stack, struct stack *old);
long sys_kill(int process, int number);

enum { USER_1 = 10, ON_STACK = 0x08000000 };

static _Alignas(16) char own[16384];
static volatile double sum;

static void handle(int number)
{
	char here;

	sum += 0.5; /* floating point works in a handler, and its stack is aligned for it */
	printf("handler %d on %s stack\n", number, &here >= own && &here < own + sizeof(own) ? "its own" : "the usual");
}

int main(int argc, char **argv)
{
	struct action action = {handle, ON_STACK, 0, 0};
	struct stack stack = {own, 0, sizeof(own)};

	if (sys_rt_sigaction(USER_1, &action, 0, 8) != 0 || sys_kill(1, USER_1) != 0)
		return 2;
	if (sys_sigaltstack(&stack, 0) != 0 || sys_kill(1, USER_1) != 0 || sum != 1)
		return 3;
	if (argc > 1)
		sys_kill(1, (int)strtol(argv[1], 0, 10));
	puts("all is well");
	return 0;
}
