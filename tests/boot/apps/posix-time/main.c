/* Clocks: how they go, what they show, that sleeping takes its time. Prints the wall clock's seconds. */

#include <stdint.h>
#include <stdio.h>

struct time {
	int64_t seconds, nanoseconds;
};

long sys_clock_gettime(int clock, struct time *time);
long sys_clock_settime(int clock, const struct time *time);
long sys_clock_nanosleep(int clock, int flags, const struct time *time, struct time *rest);
long sys_nanosleep(const struct time *time, struct time *rest);
long sys_gettimeofday(struct time *time, void *zone);
long sys_times(int64_t times[4]);

enum { REAL, MONOTONIC, PROCESS, EINVAL = 22, MILLISECOND = 1000000 };

static int64_t now(int clock)
{
	struct time time;

	return sys_clock_gettime(clock, &time) == 0 ? time.seconds * 1000000000 + time.nanoseconds : -1;
}

static int took(int64_t start, int64_t least)
{
	int64_t length = now(MONOTONIC) - start;

	printf("%d ms for %d\n", (int)(length / MILLISECOND), (int)(least / MILLISECOND));
	return length >= least;
}

int main(void)
{
	struct time sleep = {0, 300 * MILLISECOND}, moment;
	int64_t start = now(MONOTONIC), last = start, times[4];

	for (int i = 0; i < 100000; i++) {
		int64_t next = now(MONOTONIC);

		if (next < last)
			return 2;
		last = next;
	}
	printf("%d ns a reading\n", (int)((last - start) / 100000));
	start = now(MONOTONIC);
	if (sys_nanosleep(&sleep, 0) != 0 || !took(start, 300 * MILLISECOND))
		return 3;
	start = now(MONOTONIC);
	moment.seconds = (now(REAL) + 200 * MILLISECOND) / 1000000000;
	moment.nanoseconds = (now(REAL) + 200 * MILLISECOND) % 1000000000;
	if (sys_clock_nanosleep(REAL, 1, &moment, 0) != 0 || !took(start, 195 * MILLISECOND))
		return 4;
	sleep.nanoseconds = 1000000000;
	if (sys_nanosleep(&sleep, 0) != -EINVAL || now(99) != -1 || now(PROCESS) < now(MONOTONIC) - 500 * MILLISECOND)
		return 5;
	if (sys_times(times) <= 40 || times[0] <= 40)
		return 6;
	printf("%lld\n", (long long)(now(REAL) / 1000000000));
	moment.seconds = 1000000000;
	moment.nanoseconds = 5;
	if (sys_clock_settime(REAL, &moment) != 0 || sys_gettimeofday(&moment, 0) != 0 || moment.seconds != 1000000000)
		return 7;
	puts("all is well");
	return 0;
}
