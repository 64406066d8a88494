#ifndef TIME_H
#define TIME_H

/*
 * ISO C11, section 7.27, and POSIX. Local time is UTC, or as far from it as TZ says (UTC0, EST5, <+03>-3); rules for summer
 * time in TZ are not obeyed. Context: thread; the functions that end in _r: any.
 */

#define __need_size_t
#define __need_NULL
#include <stddef.h>

#include <sys/nolibc_time.h>

#define CLOCKS_PER_SEC 1000000L
#define TIME_UTC 1

#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID 3
#define TIMER_ABSTIME 1

typedef long clock_t;
typedef int clockid_t;

struct tm {
	int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst;
	long tm_gmtoff;
	const char *tm_zone;
};

extern char *tzname[2];
extern long timezone;
extern int daylight;

time_t time(time_t *now);
clock_t clock(void);
double difftime(time_t later, time_t earlier);
struct tm *gmtime(const time_t *time);
struct tm *gmtime_r(const time_t *restrict time, struct tm *restrict parts);
struct tm *localtime(const time_t *time);
struct tm *localtime_r(const time_t *restrict time, struct tm *restrict parts);
time_t mktime(struct tm *parts);
time_t timegm(struct tm *parts);
size_t strftime(char *restrict buffer, size_t size, const char *restrict format, const struct tm *restrict parts);
char *asctime(const struct tm *parts);
char *asctime_r(const struct tm *restrict parts, char *restrict buffer); /* 26 bytes */
char *ctime(const time_t *time);
char *ctime_r(const time_t *time, char *buffer);
void tzset(void);

int timespec_get(struct timespec *time, int base);
int clock_gettime(clockid_t clock, struct timespec *time);
int clock_getres(clockid_t clock, struct timespec *resolution);
int clock_settime(clockid_t clock, const struct timespec *time);
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *rest); /* the error itself */
int nanosleep(const struct timespec *time, struct timespec *rest);

#endif
