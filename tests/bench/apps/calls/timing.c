#include <stdio.h>
#include <time.h>

#include "timing.h"

enum { BATCHES = 64 };

static const uint64_t BATCH_NS = 4000000, SECOND_NS = 1000000000, PICOSECONDS = 1000;

uint64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * SECOND_NS + (uint64_t)time.tv_nsec;
}

static uint64_t time_of(void (*work)(unsigned long turns), unsigned long turns)
{
	const uint64_t start = now();
	work(turns);
	return now() - start;
}

void measure(const char *name, void (*work)(unsigned long turns))
{
	unsigned long turns = 100;
	uint64_t least;

	while ((least = time_of(work, turns)) < BATCH_NS)
		turns *= 2;
	for (int i = 0; i < BATCHES; i++) {
		const uint64_t taken = time_of(work, turns);
		if (taken < least)
			least = taken;
	}
	printf("%s %llu\n", name, (unsigned long long)(least * PICOSECONDS / turns));
}
