#ifndef DATE_H
#define DATE_H

#include <stdint.h>

/*
 * Nanoseconds from 1970 on, of a second of a day from 1970 to 2399 (Gregorian calendar); 0 if there is no such month or day. Years
 * are counted from March here, so that the day which may be missing is a year's last.
 */
static inline uint64_t date_nanoseconds(unsigned year, unsigned month, unsigned day, unsigned second)
{
	enum { DAYS_BEFORE_1970 = 719468 }; /* from March 1 of the year 0 */
	if (month < 1 || month > 12 || day < 1 || day > 31 || year < 1970)
		return 0;
	unsigned years = month > 2 ? year : year - 1, months = (month + 9) % 12;
	unsigned days = years * 365 + years / 4 - years / 100 + years / 400 + (months * 153 + 2) / 5 + day - 1;
	return ((uint64_t)(days - DAYS_BEFORE_1970) * 86400 + second) * UINT64_C(1000000000);
}

#endif
