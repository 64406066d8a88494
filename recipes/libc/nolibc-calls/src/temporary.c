/* Names for files that are needed for a while. They are numbered: there is nobody here who could foresee one. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"

enum { DIGITS = 6, PRIVATE = 0600 };

static unsigned last;

/* The next number, in decimal, to the six characters at `place`. */
static void put_number(char *place)
{
	unsigned number = last++;

	for (int digit = DIGITS - 1; digit >= 0; digit--, number /= 10)
		place[digit] = (char)('0' + number % 10);
}

int mkstemp(char *pattern)
{
	size_t length = strlen(pattern);
	char *place = pattern + length - DIGITS;
	int descriptor = -1;

	if (length < DIGITS || memcmp(place, "XXXXXX", DIGITS)) {
		errno = EINVAL;
		return -1;
	}
	for (int tries = 0; tries < TMP_MAX; tries++) {
		put_number(place);
		descriptor = open(pattern, O_RDWR | O_CREAT | O_EXCL, PRIVATE);
		if (descriptor >= 0 || errno != EEXIST)
			break;
	}
	return descriptor;
}

char *tmpnam(char *buffer)
{
	static char own[L_tmpnam];
	static const char pattern[] = "/tmp/file-XXXXXX";
	char *name = buffer ? buffer : own;

	_Static_assert(sizeof(pattern) <= sizeof(own), "the name fits");
	memcpy(name, pattern, sizeof(pattern));
	for (int tries = 0; tries < TMP_MAX; tries++) {
		put_number(name + sizeof(pattern) - 1 - DIGITS);
		if (sys_faccessat2(SYS_AT_FDCWD, name, 0, 0) < 0)
			return name;
	}
	return NULL;
}
