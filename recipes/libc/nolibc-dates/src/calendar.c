/* Seconds as a date and back: ISO C11, section 7.27. */

#include "calendar.h"

#include <errno.h>
#include <limits.h>
#include <time.h>

enum { DAY = 86400, DAYS_OF_400_YEARS = 146097, DAYS_FROM_MARCH_0_TO_1970 = 719468 };

/* Years begin in March here, so that the day of a leap year is the last one. */
long nolibc_days_before(long year, long month)
{
	long of_400, from_march;

	year += nolibc_floor(month, 12);
	month -= nolibc_floor(month, 12) * 12;
	from_march = (month + 10) % 12;
	year -= month < 2;
	of_400 = nolibc_floor(year, 400);
	year -= of_400 * 400;
	/* Of five months from March or August on, 153 days. */
	return of_400 * DAYS_OF_400_YEARS + year * 365 + year / 4 - year / 100 + (153 * from_march + 2) / 5 -
		DAYS_FROM_MARCH_0_TO_1970;
}

/* The year that a day from 1970-01-01 is in: a guess that is at most one off. */
static long year_of(long day)
{
	long year = 1970 + nolibc_floor(day * 400, DAYS_OF_400_YEARS);

	while (nolibc_days_before(year, 0) > day)
		year--;
	while (nolibc_days_before(year + 1, 0) <= day)
		year++;
	return year;
}

/* The year does not fit into tm_year. */
static struct tm *too_far(void)
{
	errno = EOVERFLOW;
	return NULL;
}

static struct tm *split(time_t time, struct tm *parts)
{
	long day = nolibc_floor(time, DAY), second = time - day * DAY, year;
	int month = 0;

	if (time / DAY / 366 > INT_MAX || time / DAY / 366 < INT_MIN)
		return too_far();
	year = year_of(day);
	if (year - 1900 > INT_MAX || year - 1900 < INT_MIN)
		return too_far();
	while (month < 11 && nolibc_days_before(year, month + 1) <= day)
		month++;
	parts->tm_sec = (int)(second % 60);
	parts->tm_min = (int)(second / 60 % 60);
	parts->tm_hour = (int)(second / 3600);
	parts->tm_mday = (int)(day - nolibc_days_before(year, month) + 1);
	parts->tm_mon = month;
	parts->tm_year = (int)(year - 1900);
	parts->tm_wday = (int)(day + 4 - nolibc_floor(day + 4, 7) * 7); /* 1970-01-01 was a Thursday */
	parts->tm_yday = (int)(day - nolibc_days_before(year, 0));
	parts->tm_isdst = 0;
	parts->tm_gmtoff = 0;
	parts->tm_zone = "UTC";
	return parts;
}

struct tm *gmtime_r(const time_t *restrict time, struct tm *restrict parts)
{
	return split(*time, parts);
}

static struct tm nolibc_parts;

struct tm *gmtime(const time_t *time)
{
	return gmtime_r(time, &nolibc_parts);
}

time_t timegm(struct tm *parts)
{
	long day = nolibc_days_before(parts->tm_year + 1900L, parts->tm_mon) + parts->tm_mday - 1;
	time_t time = day * DAY + parts->tm_hour * 3600L + parts->tm_min * 60L + parts->tm_sec;

	return split(time, parts) ? time : -1;
}

struct tm *localtime_r(const time_t *restrict time, struct tm *restrict parts)
{
	long offset = nolibc_local_zone().offset;

	tzset();
	if (!split(*time + offset, parts))
		return NULL;
	parts->tm_gmtoff = offset;
	parts->tm_zone = tzname[0];
	return parts;
}

struct tm *localtime(const time_t *time)
{
	return localtime_r(time, &nolibc_parts);
}

time_t mktime(struct tm *parts)
{
	time_t time = timegm(parts);

	if (time == -1 && parts->tm_year != 69)
		return -1;
	time -= nolibc_local_zone().offset;
	localtime_r(&time, parts);
	return time;
}
