/* Addresses of version 6 and their texts (RFC 4291, section 2.2; RFC 5952). */

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "calls.h"
#include "other.h"

enum { GROUPS = 8, DIGITS = 4, FOUR = 4, NOWHERE = GROUPS + 1 };

/* One group of `text`, and what follows it; NULL: there is none. */
static const char *group_of(const char *text, uint16_t *group)
{
	static const char digits[] = "0123456789abcdef";
	const char *start = text, *digit;

	for (*group = 0; *text && text < start + DIGITS; text++) {
		digit = memchr(digits, *text >= 'A' ? *text | 0x20 : *text, sizeof(digits) - 1);
		if (!digit)
			break;
		*group = (uint16_t)(*group << 4 | (digit - digits));
	}
	return text == start ? NULL : text;
}

/* The groups of `text`, and before which the zeros stand that are left out. -1: it is no address. */
static int read_groups(const char *text, uint16_t groups[GROUPS], int *gap)
{
	uint8_t four[FOUR];
	int count = 0;

	*gap = NOWHERE;
	if (*text == ':' && *++text != ':')
		return -1;
	while (*text) {
		if (*text == ':') {
			if (*gap != NOWHERE)
				return -1;
			*gap = count;
			text++;
			continue;
		}
		if (count == GROUPS)
			return -1;
		if (count <= GROUPS - 2 && inet_pton(AF_INET, text, four) == 1) {
			groups[count++] = (uint16_t)(four[0] << 8 | four[1]);
			groups[count++] = (uint16_t)(four[2] << 8 | four[3]);
			break;
		}
		text = group_of(text, &groups[count]);
		if (!text || (*text && (*text++ != ':' || !*text)))
			return -1;
		count++;
	}
	return count;
}

int other_pton(int family, const char *text, void *address)
{
	uint16_t groups[GROUPS], all[GROUPS] = {0};
	int gap, count;

	if (family != AF_INET6)
		return (int)calls_result(-SYS_EAFNOSUPPORT);
	count = read_groups(text, groups, &gap);
	if (gap == NOWHERE ? count != GROUPS : count < 0 || count == GROUPS)
		return 0;
	for (int place = 0; place < count; place++)
		all[place < gap ? place : place + GROUPS - count] = htons(groups[place]);
	memcpy(address, all, sizeof(all));
	return 1;
}

/* Where the longest row of zeros begins, and its length; shorter than two it is none. */
static int longest_zeros(const uint16_t groups[GROUPS], int *length)
{
	int first = NOWHERE;

	*length = 1;
	for (int place = 0; place < GROUPS; place++) {
		int end = place;

		while (end < GROUPS && !groups[end])
			end++;
		if (end - place > *length) {
			first = place;
			*length = end - place;
		}
	}
	return first;
}

static char *write_group(char *text, uint16_t group)
{
	bool has_begun = false;

	for (int shift = 12; shift >= 0; shift -= 4) {
		unsigned digit = group >> shift & 0xf;

		has_begun |= digit || !shift;
		if (has_begun)
			*text++ = (char)(digit < 10 ? '0' + digit : 'a' + digit - 10);
	}
	return text;
}

static void write_address(const uint16_t groups[GROUPS], char *text)
{
	int length, gap = longest_zeros(groups, &length);

	for (int place = 0; place < GROUPS; place++) {
		if (place == gap) {
			*text++ = ':';
			place += length - 1;
			if (place == GROUPS - 1)
				*text++ = ':';
			continue;
		}
		if (place)
			*text++ = ':';
		text = write_group(text, ntohs(groups[place]));
	}
	*text = '\0';
}

const char *other_ntop(int family, const void *address, char *text, size_t size)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	char all[INET6_ADDRSTRLEN] = "::ffff:";
	uint16_t groups[GROUPS];

	if (family != AF_INET6) {
		calls_result(-SYS_EAFNOSUPPORT);
		return NULL;
	}
	memcpy(groups, address, sizeof(groups));
	if (memcmp(groups, mapped, sizeof(mapped)) == 0)
		inet_ntop(AF_INET, (const uint8_t *)address + sizeof(mapped), all + strlen(all), INET_ADDRSTRLEN);
	else
		write_address(groups, all);
	if (strlen(all) >= size) {
		calls_result(-SYS_ENOSPC);
		return NULL;
	}
	return strcpy(text, all);
}
