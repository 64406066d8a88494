/* Run each program some times; print the time of its quickest run in picoseconds, and nothing that it says itself. */

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "layout.h"
#include "programs.h"

enum { MOST_WORDS = 6 };

static const uint64_t SECOND_NS = 1000000000, PICOSECONDS = 1000;

static const char TEXT[] = "/text", PACKED[] = "/text.gz";

static void no_preparation(void)
{
}

static void prepare_text(void)
{
	unlink(PACKED);
	write_text(TEXT);
}

static const struct program {
	const char *name;
	int (*run)(int count, char **words);
	void (*prepare)(void);
	int runs;
	char *words[MOST_WORDS];
} programs[] = {
	{"sqlite", speedtest_main, no_preparation, 5, {"speedtest1", "--memdb", "--size", "1"}},
	{"lua-fib", lua_main, no_preparation, 15, {"lua", "-e", lua_fib}},
	{"lua-sort", lua_main, no_preparation, 15, {"lua", "-e", lua_sort}},
	{"lua-strings", lua_main, no_preparation, 15, {"lua", "-e", lua_strings}},
	{"minigzip", minigzip_main, prepare_text, 3, {"minigzip", "/text"}},
};

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

static uint64_t time_of(const struct program *program)
{
	char *words[MOST_WORDS + 1] = {0};
	int count = 0;

	for (; count < MOST_WORDS && program->words[count] != NULL; count++)
		words[count] = program->words[count];
	program->prepare();
	const int console = redirect(open("/dev/null", O_WRONLY));
	const uint64_t start = now();
	const int status = program->run(count, words);
	const uint64_t taken = now() - start;
	redirect(console);
	if (status != 0) {
		printf("%s ended with %d\n", program->name, status);
		exit(1);
	}
	return taken;
}

int main(void)
{
	layout_shift();
	puts("begin");
	fflush(stdout);
	const uint64_t start = now();
	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
		uint64_t least = UINT64_MAX;
		for (int run = 0; run < programs[i].runs; run++) {
			const uint64_t taken = time_of(&programs[i]);
			if (taken < least)
				least = taken;
		}
		printf("%s %llu\n", programs[i].name, (unsigned long long)(least * PICOSECONDS));
	}
	printf("end %llu\n", (unsigned long long)(now() - start));
	return 0;
}
