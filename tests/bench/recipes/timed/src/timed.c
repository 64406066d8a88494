#include "timed.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static const uint64_t SECOND_NS = 1000000000, PICOSECONDS = 1000;

static uint64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * SECOND_NS + (uint64_t)time.tv_nsec;
}

/* Send standard output to another descriptor; the one it had. */
static int redirect(int descriptor)
{
	const int before = dup(STDOUT_FILENO);
	fflush(stdout);
	dup2(descriptor, STDOUT_FILENO);
	close(descriptor);
	return before;
}

/* Nanoseconds of one run; 0 if it failed, which it is said to have. */
static uint64_t time_of(const struct timed_program *program)
{
	char *words[TIMED_WORDS + 1] = {0};
	int count = 0;

	for (; count < TIMED_WORDS && program->words[count] != NULL; count++)
		words[count] = program->words[count];
	if (program->prepare != NULL)
		program->prepare();
	const int console = redirect(open("/dev/null", O_WRONLY));
	const uint64_t start = now();
	const int status = program->run(count, words);
	const uint64_t taken = now() - start;
	redirect(console);
	if (status != 0)
		printf("%s ended with %d\n", program->name, status);
	return status == 0 ? taken : 0;
}

int timed_run(const struct timed_program *programs, int count)
{
	puts("begin");
	fflush(stdout);
	const uint64_t start = now();
	for (int i = 0; i < count; i++) {
		uint64_t least = UINT64_MAX;
		for (int run = 0; run < programs[i].runs; run++) {
			const uint64_t taken = time_of(&programs[i]);
			if (taken == 0)
				return 1;
			if (taken < least)
				least = taken;
		}
		printf("%s %llu\n", programs[i].name, (unsigned long long)(least * PICOSECONDS));
	}
	printf("end %llu\n", (unsigned long long)(now() - start));
	return 0;
}
