/* Clocks over a clock that the test turns, and dates against the host's calendar. */

#include "host.h"

#include "../../../../recipes/drivers/clock-kvm-x86_64/src/date.h"
#include "clock.h"
#include "posix_time.h"
#include "sys_calls.h"
#include "wait.h"
#include "wall_clock.h"

#include <time.h>

#define SECOND UINT64_C(1000000000)

static uint64_t now, wall;
static unsigned wall_reads;

uint64_t clock_monotonic(void)
{
	return now;
}

enum wait_result wait_on(struct wait_queue *queue, uint64_t deadline)
{
	CHECK(queue->first == NULL && deadline != WAIT_FOREVER, "nobody wakes who sleeps");
	if (deadline > now)
		now = deadline;
	return WAIT_TIMED_OUT;
}

uint64_t wall_clock_read(void)
{
	wall_reads++;
	return wall;
}

void *tested_memset(void *to, int byte, size_t length)
{
	return memset(to, byte, length);
}

static struct sys_timespec at(int clock)
{
	struct sys_timespec time;

	CHECK(sys_clock_gettime(clock, &time) == 0, "clock %d", clock);
	return time;
}

static void check_reading(void)
{
	struct sys_timespec time;
	struct sys_timeval short_time;

	now = 5 * SECOND + 7;
	wall = 1000 * SECOND + 5;
	CHECK(at(SYS_CLOCK_MONOTONIC).seconds == 5 && at(SYS_CLOCK_MONOTONIC).nanoseconds == 7, "monotonic");
	CHECK(at(SYS_CLOCK_PROCESS_CPUTIME).seconds == 5 && at(-6).seconds == 5, "processor time");
	CHECK(wall_reads == 0, "nobody asked for the time of day");
	CHECK(at(SYS_CLOCK_REALTIME).seconds == 1000 && at(SYS_CLOCK_REALTIME).nanoseconds == 5, "time of day");
	now += 2 * SECOND;
	wall += 40 * SECOND; /* is not read a second time */
	CHECK(at(SYS_CLOCK_REALTIME).seconds == 1002 && wall_reads == 1, "it goes with the other clock");
	CHECK(sys_gettimeofday(&short_time, NULL) == 0 && short_time.seconds == 1002 && short_time.microseconds == 0, "in microseconds");
	CHECK(sys_clock_gettime(1234, &time) == -SYS_EINVAL && sys_clock_getres(12, &time) == -SYS_EINVAL, "no such clock");
	CHECK(sys_clock_getres(SYS_CLOCK_REALTIME, &time) == 0 && time.nanoseconds == 1, "resolution");
}

static void check_setting(void)
{
	struct sys_timespec time = {3, 4};

	CHECK(sys_clock_settime(SYS_CLOCK_REALTIME, &time) == 0, "it is set before the monotonic clock's start");
	CHECK(at(SYS_CLOCK_REALTIME).seconds == 3 && at(SYS_CLOCK_REALTIME).nanoseconds == 4, "the new time");
	CHECK(sys_clock_settime(SYS_CLOCK_MONOTONIC, &time) == -SYS_EINVAL, "this one cannot be set");
	time.nanoseconds = (int64_t)SECOND;
	CHECK(sys_clock_settime(SYS_CLOCK_REALTIME, &time) == -SYS_EINVAL, "no such time");
}

static void check_sleeping(void)
{
	struct sys_timespec time = {2, 500}, before = {0, -1};
	uint64_t start = now;

	CHECK(sys_nanosleep(&time, NULL) == 0 && now == start + 2 * SECOND + 500, "a length");
	CHECK(sys_nanosleep(&before, NULL) == -SYS_EINVAL, "no length");
	CHECK(sys_clock_nanosleep(SYS_CLOCK_MONOTONIC, 1, &time, NULL) == 0 && now == start + 2 * SECOND + 500, "long ago");
	time = at(SYS_CLOCK_REALTIME);
	time.seconds += 3;
	CHECK(sys_clock_nanosleep(SYS_CLOCK_REALTIME, 1, &time, NULL) == 0 && now == start + 5 * SECOND + 500, "a moment");
	time.seconds = 0;
	CHECK(sys_clock_nanosleep(SYS_CLOCK_REALTIME, 1, &time, NULL) == 0 && now == start + 5 * SECOND + 500, "1970");
	CHECK(sys_clock_nanosleep(SYS_CLOCK_REALTIME, 2, &time, NULL) == -SYS_EINVAL, "a flag");
	time.seconds = INT64_MAX;
	CHECK(sys_nanosleep(&time, NULL) == 0 && now > UINT64_MAX / 2, "for ever does not wrap");
}

static void check_deadlines(void)
{
	const struct sys_timespec moment = {20, 0}, never = {INT64_MAX, 0};

	now = 5 * SECOND;
	CHECK(sys_clock_settime(SYS_CLOCK_REALTIME, &(struct sys_timespec){15, 0}) == 0, "ten seconds ahead");
	CHECK(time_after(&moment) == 25 * SECOND && time_until(TIME_MONOTONIC, &moment) == 20 * SECOND, "by the clock that counts");
	CHECK(time_until(TIME_REAL, &moment) == 10 * SECOND && time_until(TIME_REAL, &(struct sys_timespec){9, 0}) == 0, "by the other");
	CHECK(time_after(&never) < WAIT_FOREVER && time_until(TIME_MONOTONIC, &never) < WAIT_FOREVER, "late, but not never");
	CHECK(sys_clock_settime(SYS_CLOCK_REALTIME, &(struct sys_timespec){0, 0}) == 0, "five seconds behind");
	CHECK(time_until(TIME_REAL, &moment) == 25 * SECOND, "it counts from the clock's own beginning");
	CHECK(time_until(TIME_REAL, &never) > UINT64_MAX / 2 && time_until(TIME_REAL, &never) < WAIT_FOREVER, "nor does it wrap");
}

static void check_seconds(void)
{
	for (unsigned i = 0; i < 300000; i++) {
		uint64_t seconds = (random_word() >> random_below(64)) / SECOND;

		for (uint64_t near = seconds * SECOND - 2; near != seconds * SECOND + 2; near++)
			CHECK(time_seconds(near) == near / SECOND, "%llu", (unsigned long long)near);
	}
	CHECK(time_seconds(UINT64_MAX) == UINT64_MAX / SECOND, "the last one");
}

static void check_dates(void)
{
	for (int64_t day = 0; day < 157000; day++) {
		time_t seconds = (time_t)(day * 86400 + (int64_t)random_below(86400));
		struct tm date;

		gmtime_r(&seconds, &date);
		CHECK(date_nanoseconds((unsigned)date.tm_year + 1900, (unsigned)date.tm_mon + 1, (unsigned)date.tm_mday,
				       (unsigned)(seconds % 86400)) == (uint64_t)seconds * SECOND,
		      "day %d", (int)day);
	}
	CHECK(date_nanoseconds(2000, 13, 1, 0) == 0 && date_nanoseconds(2000, 0, 1, 0) == 0, "no such month");
	CHECK(date_nanoseconds(2000, 1, 0, 0) == 0 && date_nanoseconds(2000, 1, 32, 0) == 0, "no such day");
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1) {
		now = 3 * SECOND;
		CHECK(at(SYS_CLOCK_REALTIME).seconds == 3 && at(SYS_CLOCK_REALTIME).seconds == 3, "it begins in 1970");
		CHECK(!strcmp(written, "clock: nobody knows the time, so it begins in 1970\n"), "and says so once: %s", written);
	} else {
		check_reading();
		check_setting();
		check_sleeping();
		check_deadlines();
		check_dates();
		check_seconds();
		CHECK(written_length == 0, "nothing is said");
	}
	puts("intact");
	return 0;
}
