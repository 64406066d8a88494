/* Dates as text: ISO C11, sections 7.27.3.1 and 7.27.3.5, in the "C" locale. */

#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "calendar.h"

/* All letters but those that stand for several others. */
#define CONVERSIONS "aAbBCdeGgHhIjklMmnpSstUuVWwYyzZ%"

/* Where the text goes; once it is full, nothing more is put. */
struct text {
	char *at, *end;
	bool is_full;
};

static void put(struct text *text, const char *bytes, size_t length)
{
	if ((size_t)(text->end - text->at) < length) {
		text->is_full = true;
		return;
	}
	memcpy(text->at, bytes, length);
	text->at += length;
}

/* A number in at least `width` places, filled up with `fill`. */
static void put_number(struct text *text, long number, int width, char fill)
{
	char digits[24];
	int at = sizeof(digits);
	unsigned long rest = number < 0 ? -(unsigned long)number : (unsigned long)number;

	do
		digits[--at] = (char)('0' + rest % 10);
	while (rest /= 10);
	while ((int)sizeof(digits) - at < width - (number < 0))
		digits[--at] = fill;
	if (number < 0)
		digits[--at] = '-';
	put(text, digits + at, sizeof(digits) - (size_t)at);
}

/* Name number `place` of names that each end with a 0; out of range: a question mark. */
static const char *name_of(const char *names, int place, int count)
{
	if (place < 0 || place >= count)
		return "?";
	while (place--)
		names += strlen(names) + 1;
	return names;
}

static void put_name(struct text *text, const char *name, bool is_short)
{
	size_t length = strlen(name);

	put(text, name, is_short && length > 3 ? 3 : length);
}

static const char *day_name(const struct tm *parts)
{
	return name_of("Sunday\0Monday\0Tuesday\0Wednesday\0Thursday\0Friday\0Saturday", parts->tm_wday, 7);
}

static const char *month_name(const struct tm *parts)
{
	return name_of("January\0February\0March\0April\0May\0June\0July\0August\0September\0October\0November\0December",
		parts->tm_mon, 12);
}

/* Weeks of a year begin on `first` (0 is Sunday); days before the first such day are in week 0. */
static int week_from(const struct tm *parts, int first)
{
	return (parts->tm_yday + 7 - (parts->tm_wday + 7 - first) % 7) / 7;
}

/* ISO 8601: weeks begin on Monday and belong to the year that has their Thursday. */
static int iso_week(const struct tm *parts, long *year)
{
	int thursday = parts->tm_yday + 3 - (parts->tm_wday + 6) % 7;

	*year = parts->tm_year + 1900L;
	if (thursday < 0)
		thursday += nolibc_is_leap(--*year) ? 366 : 365;
	else if (thursday >= 365 + nolibc_is_leap(*year))
		thursday -= 365 + nolibc_is_leap((*year)++);
	return thursday / 7 + 1;
}

static void put_format(struct text *text, const char *format, const struct tm *parts);

/* Conversions that stand for several others. */
static const char *expansion(char letter)
{
	switch (letter) {
	case 'c':
		return "%a %b %e %H:%M:%S %Y";
	case 'D':
	case 'x':
		return "%m/%d/%y";
	case 'F':
		return "%Y-%m-%d";
	case 'r':
		return "%I:%M:%S %p";
	case 'R':
		return "%H:%M";
	case 'T':
	case 'X':
		return "%H:%M:%S";
	default:
		return NULL;
	}
}

static void put_year(struct text *text, char letter, const struct tm *parts)
{
	long year;
	int week = iso_week(parts, &year);

	switch (letter) {
	case 'V':
		put_number(text, week, 2, '0');
		return;
	case 'g':
		put_number(text, (year % 100 + 100) % 100, 2, '0');
		return;
	case 'G':
		put_number(text, year, 1, '0');
		return;
	case 'C':
		put_number(text, nolibc_floor(parts->tm_year + 1900L, 100), 2, '0');
		return;
	case 'y':
		put_number(text, ((parts->tm_year + 1900L) % 100 + 100) % 100, 2, '0');
		return;
	default:
		put_number(text, parts->tm_year + 1900L, 1, '0');
	}
}

static void put_zone(struct text *text, char letter, const struct tm *parts)
{
	long minutes = parts->tm_gmtoff / 60;

	if (letter == 'Z') {
		put_name(text, parts->tm_zone ? parts->tm_zone : "", false);
		return;
	}
	put(text, minutes < 0 ? "-" : "+", 1);
	minutes = minutes < 0 ? -minutes : minutes;
	put_number(text, minutes / 60 * 100 + minutes % 60, 4, '0');
}

static void put_conversion(struct text *text, char letter, const struct tm *parts)
{
	int hour = (parts->tm_hour + 11) % 12 + 1;

	switch (letter) {
	case 'a':
	case 'A':
		put_name(text, day_name(parts), letter == 'a');
		break;
	case 'b':
	case 'h':
	case 'B':
		put_name(text, month_name(parts), letter != 'B');
		break;
	case 'd':
	case 'e':
		put_number(text, parts->tm_mday, 2, letter == 'e' ? ' ' : '0');
		break;
	case 'H':
	case 'k':
		put_number(text, parts->tm_hour, 2, letter == 'k' ? ' ' : '0');
		break;
	case 'I':
	case 'l':
		put_number(text, hour, 2, letter == 'l' ? ' ' : '0');
		break;
	case 'j':
		put_number(text, parts->tm_yday + 1, 3, '0');
		break;
	case 'm':
		put_number(text, parts->tm_mon + 1, 2, '0');
		break;
	case 'M':
		put_number(text, parts->tm_min, 2, '0');
		break;
	case 'n':
		put(text, "\n", 1);
		break;
	case 'p':
		put(text, parts->tm_hour < 12 ? "AM" : "PM", 2);
		break;
	case 's': {
		struct tm copy = *parts;

		put_number(text, timegm(&copy) - parts->tm_gmtoff, 1, '0');
		break;
	}
	case 'S':
		put_number(text, parts->tm_sec, 2, '0');
		break;
	case 't':
		put(text, "\t", 1);
		break;
	case 'u':
		put_number(text, (parts->tm_wday + 6) % 7 + 1, 1, '0');
		break;
	case 'U':
	case 'W':
		put_number(text, week_from(parts, letter == 'W'), 2, '0');
		break;
	case 'w':
		put_number(text, parts->tm_wday, 1, '0');
		break;
	case 'z':
	case 'Z':
		put_zone(text, letter, parts);
		break;
	case '%':
		put(text, "%", 1);
		break;
	default:
		put_year(text, letter, parts);
	}
}

static void put_format(struct text *text, const char *format, const struct tm *parts)
{
	for (; *format && !text->is_full; format++) {
		const char *longer;

		if (*format != '%') {
			put(text, format, 1);
			continue;
		}
		format++;
		/* Of locales with other digits or eras: there are none. */
		if (*format == 'E' || *format == 'O')
			format++;
		longer = expansion(*format);
		if (longer)
			put_format(text, longer, parts);
		else if (*format && strchr(CONVERSIONS, *format))
			put_conversion(text, *format, parts);
		else if (*format)
			put(text, format - 1, 2);
		else
			format--;
	}
}

size_t strftime(char *restrict buffer, size_t size, const char *restrict format, const struct tm *restrict parts)
{
	struct text text = {buffer, buffer + size, false};

	put_format(&text, format, parts);
	put(&text, "", 1);
	return text.is_full ? 0 : (size_t)(text.at - buffer) - 1;
}

char *asctime_r(const struct tm *restrict parts, char *restrict buffer)
{
	enum { SIZE = 26 };

	return strftime(buffer, SIZE, "%a %b %e %H:%M:%S %Y\n", parts) ? buffer : NULL;
}

char *ctime_r(const time_t *time, char *buffer)
{
	struct tm parts;

	return localtime_r(time, &parts) ? asctime_r(&parts, buffer) : NULL;
}

char *asctime(const struct tm *parts)
{
	static char buffer[26];

	return asctime_r(parts, buffer);
}

char *ctime(const time_t *time)
{
	struct tm *parts = localtime(time);

	return parts ? asctime(parts) : NULL;
}
