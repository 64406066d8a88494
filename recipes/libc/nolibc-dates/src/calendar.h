#ifndef NOLIBC_CALENDAR_H
#define NOLIBC_CALENDAR_H

/* Between days and dates of the Gregorian calendar. Context: any. */

#include <stdbool.h>

/* Days from 1970-01-01 to the first of a month; `month` is from 0 on and may be any number. */
long nolibc_days_before(long year, long month);

static inline long nolibc_floor(long number, long divisor)
{
	return number / divisor - (number % divisor < 0);
}

static inline bool nolibc_is_leap(long year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* What TZ says of local time. */
struct nolibc_zone {
	char name[8];
	long offset; /* seconds east of UTC */
};
struct nolibc_zone nolibc_local_zone(void);

#endif
