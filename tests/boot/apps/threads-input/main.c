/* One thread reads lines and prints them; another sleeps as many milliseconds as the argument says, then says so. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

static int sleep_once(void *milliseconds)
{
	long length = *(long *)milliseconds;
	struct timespec time = {length / 1000, length % 1000 * 1000000};

	thrd_sleep(&time, NULL);
	puts("slept");
	return 0;
}

int main(int argc, char **argv)
{
	long length = argc > 1 ? atol(argv[1]) : 0;
	char line[80];
	thrd_t thread;

	thrd_create(&thread, sleep_once, &length);
	while (fgets(line, sizeof(line), stdin) && strncmp(line, "end", 3))
		printf("read %s", line);
	thrd_join(thread, NULL);
	return 0;
}
