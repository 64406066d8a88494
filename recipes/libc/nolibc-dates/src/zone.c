/* Local time, as TZ has it: a name and how far west of UTC it is (POSIX, section 8.3), always the same. */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "calendar.h"

static char nolibc_zone_name[sizeof(((struct nolibc_zone *)0)->name)] = "UTC";

char *tzname[2] = {nolibc_zone_name, nolibc_zone_name};
long timezone;
int daylight;

/* hh, hh:mm or hh:mm:ss as seconds. */
static long read_offset(const char *text)
{
	long seconds = 0, unit = 3600;
	bool negative = *text == '-';

	if (*text == '-' || *text == '+')
		text++;
	for (; unit; unit /= 60) {
		seconds += strtol(text, (char **)&text, 10) * unit;
		if (*text++ != ':' || !isdigit((unsigned char)*text))
			break;
	}
	return negative ? -seconds : seconds;
}

struct nolibc_zone nolibc_local_zone(void)
{
	struct nolibc_zone zone = {.name = "UTC"};
	const char *text = getenv("TZ"), *start;
	size_t length;
	bool quoted;

	if (!text || !*text)
		return zone;
	quoted = *text == '<';
	start = text += quoted;
	while (quoted ? *text && *text != '>' : isalpha((unsigned char)*text))
		text++;
	length = (size_t)(text - start);
	text += quoted && *text;
	/* Names of files and what has no offset mean UTC. */
	if (length < 3 || length >= sizeof(zone.name) || (!isdigit((unsigned char)*text) && *text != '-' && *text != '+'))
		return zone;
	memcpy(zone.name, start, length);
	zone.name[length] = '\0';
	zone.offset = -read_offset(text);
	return zone;
}

void tzset(void)
{
	struct nolibc_zone zone = nolibc_local_zone();

	memcpy(nolibc_zone_name, zone.name, sizeof(zone.name));
	timezone = -zone.offset;
}
