/* Addresses of the Internet and their texts; of version 4, and for others by other.h. */

#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

#include "calls.h"
#include "other.h"

enum { NUMBERS = 4 };

/* One number of `text` in its own base, and what follows it; NULL: there is none, or it does not fit in 32 bits. */
static const char *number_of(const char *text, unsigned long *number)
{
	static const char digits[] = "0123456789abcdef";
	unsigned base = 10;
	const char *start, *digit;

	if (*text == '0') {
		base = (text[1] | 0x20) == 'x' ? 16 : 8;
		text += base == 16 ? 2 : 0;
	}
	start = text;
	for (*number = 0; *text; text++) {
		char here = *text >= 'A' ? (char)(*text | 0x20) : *text;

		digit = memchr(digits, here, base);
		if (!digit)
			break;
		*number = *number * base + (unsigned long)(digit - digits);
		if (*number > 0xffffffff)
			return NULL;
	}
	return text == start ? NULL : text;
}

int inet_aton(const char *text, struct in_addr *address)
{
	unsigned long number, whole = 0;

	for (unsigned place = 0; place < NUMBERS; place++) {
		unsigned left = 8 * (NUMBERS - 1 - place);

		text = number_of(text, &number);
		if (!text)
			return 0;
		if (*text != '.') { /* the last number stands for all the bytes that are left */
			if (*text && *text != ' ' && (*text < '\t' || *text > '\r'))
				return 0;
			if (number >> left > 0xff)
				return 0;
			address->s_addr = htonl((uint32_t)(whole | number));
			return 1;
		}
		if (number > 0xff)
			return 0;
		whole |= number << left;
		text++;
	}
	return 0;
}

in_addr_t inet_addr(const char *text)
{
	struct in_addr address;

	return inet_aton(text, &address) ? address.s_addr : INADDR_NONE;
}

/* Four decimal numbers without a needless zero, and nothing behind. */
static bool is_strict(const char *text, uint8_t *bytes)
{
	for (unsigned place = 0; place < NUMBERS; place++) {
		unsigned number = 0, digits = 0;

		for (; *text >= '0' && *text <= '9'; text++, digits++) {
			if (digits && !number)
				return false;
			number = number * 10 + (unsigned)(*text - '0');
			if (number > 0xff)
				return false;
		}
		if (!digits || *text++ != (place < NUMBERS - 1 ? '.' : '\0'))
			return false;
		bytes[place] = (uint8_t)number;
	}
	return true;
}

int inet_pton(int family, const char *restrict text, void *restrict address)
{
	uint8_t bytes[NUMBERS];

	if (family != AF_INET)
		return other_pton(family, text, address);
	if (!is_strict(text, bytes))
		return 0;
	memcpy(address, bytes, sizeof(bytes));
	return 1;
}

static void write_address(const uint8_t *bytes, char *text)
{
	for (unsigned place = 0; place < NUMBERS; place++) {
		unsigned number = bytes[place];

		if (number >= 100)
			*text++ = (char)('0' + number / 100);
		if (number >= 10)
			*text++ = (char)('0' + number / 10 % 10);
		*text++ = (char)('0' + number % 10);
		*text++ = place < NUMBERS - 1 ? '.' : '\0';
	}
}

const char *inet_ntop(int family, const void *restrict address, char *restrict text, socklen_t size)
{
	char all[INET_ADDRSTRLEN];
	size_t length;

	if (family != AF_INET)
		return other_ntop(family, address, text, size);
	write_address(address, all);
	length = strlen(all) + 1;
	if (length > size) {
		calls_result(-SYS_ENOSPC);
		return NULL;
	}
	return memcpy(text, all, length);
}

char *inet_ntoa(struct in_addr address)
{
	static char text[INET_ADDRSTRLEN];

	write_address((const uint8_t *)&address, text);
	return text;
}
