/* Signals to itself, and an abort that a handler leaves by a jump. */

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static jmp_buf back;
static volatile sig_atomic_t seen;

static void add(int number)
{
	seen += number;
}

static void jump(int number)
{
	longjmp(back, number);
}

int main(void)
{
	struct sigaction action = {.sa_handler = add};
	sigset_t set, waiting;
	int number;

	signal(SIGUSR1, add);
	raise(SIGUSR1);
	printf("%d\n", seen);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigaction(SIGUSR2, &action, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGUSR2);
	sigpending(&waiting);
	printf("%d %d\n", seen, sigismember(&waiting, SIGUSR2));
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	printf("%d\n", seen);
	signal(SIGABRT, jump);
	number = setjmp(back);
	if (!number)
		abort();
	printf("jumped with %d\n", number);
	if (signal(99, add) == SIG_ERR)
		perror("signal");
	signal(SIGABRT, SIG_DFL);
	abort();
}
