/* How long calls take that a program asks of the system, by the guest's own clock: one line for each. */

#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "mix.h"
#include "timed.h"
#include "timing.h"

static int null;

static void ask_process(unsigned long turns)
{
	while (turns--)
		getpid();
}

static void write_byte(unsigned long turns)
{
	while (turns--)
		write(null, "x", 1);
}

static void ask_clock(unsigned long turns)
{
	struct timespec time;
	while (turns--)
		clock_gettime(CLOCK_MONOTONIC, &time);
}

int main(void)
{
	timed_shift();
	setvbuf(stdout, NULL, _IOLBF, 0);
	null = open("/dev/null", O_WRONLY);
	if (null < 0 || write(null, "x", 1) != 1) {
		puts("no /dev/null");
		return 1;
	}
	puts("begin");
	const uint64_t start = now();
	measure("getpid", ask_process);
	measure("write", write_byte);
	measure("clock_gettime", ask_clock);
	measure("malloc/free", mix);
	printf("end %llu\n", (unsigned long long)(now() - start));
	return 0;
}
