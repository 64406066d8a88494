/* Print how many thousands of ticks a second the time-stamp counter of this machine makes, which QEMU's own guests read too. */

#include <stdint.h>
#include <stdio.h>
#include <time.h>

static const uint64_t SECOND_NS = 1000000000, MEASURED_NS = 200000000, THOUSANDS = 1000000;

static uint64_t ticks(void)
{
	uint32_t low, high;
	__asm__ volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

static uint64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * SECOND_NS + (uint64_t)time.tv_nsec;
}

int main(void)
{
	const uint64_t start = now(), first = ticks();
	uint64_t passed;

	while ((passed = now() - start) < MEASURED_NS)
		;
	printf("%llu\n", (unsigned long long)((ticks() - first) * THOUSANDS / passed));
	return 0;
}
