/* The servers of names that the host asks: the lines `nameserver ADDRESS` of its /etc/resolv.conf. Those of version 6 are passed by. */

#include <stdbool.h>
#include <stddef.h>

#include "linux_call.h"
#include "names.h"

enum { FILE_MOST = 4096, NO_FOLDER = -100 };

/* What the file has, up to FILE_MOST - 1 bytes, and a NUL; nothing if it cannot be read. */
static void read_file(const char *path, char *text)
{
	long file = linux_call(LINUX_OPENAT, NO_FOLDER, (long)path, 0, 0), done = 0, size;

	if (file >= 0) {
		while ((size = linux_call(LINUX_READ, file, (long)text + done, FILE_MOST - 1 - done, 0)) > 0)
			done += size;
		linux_call(LINUX_CLOSE, file, 0, 0, 0);
	}
	text[done] = '\0';
}

static bool is_blank(char letter)
{
	return letter == ' ' || letter == '\t';
}

/* The address of version 4, in the order of the network, that is the word at `text`; false: it is none. */
static bool parse_address(const char *text, uint32_t *address)
{
	uint8_t bytes[4];

	for (int place = 0; place < 4; place++) {
		unsigned number = 0, digits = 0;

		for (; digits < 3 && *text >= '0' && *text <= '9'; digits++)
			number = number * 10 + (unsigned)(*text++ - '0');
		if (!digits || number > UINT8_MAX || (place < 3 && *text++ != '.'))
			return false;
		bytes[place] = (uint8_t)number;
	}
	__builtin_memcpy(address, bytes, sizeof(bytes));
	return !*text || *text == '\n' || is_blank(*text);
}

unsigned network_name_servers(uint32_t *servers, unsigned most)
{
	static const char word[] = "nameserver";
	enum { LENGTH = sizeof(word) - 1 };
	char text[FILE_MOST];
	unsigned count = 0;

	read_file("/etc/resolv.conf", text);
	for (const char *next = text; *next && count < most; next++) {
		if (__builtin_strncmp(next, word, LENGTH) == 0 && is_blank(next[LENGTH])) {
			next += LENGTH;
			while (is_blank(*next))
				next++;
			count += parse_address(next, &servers[count]);
		}
		while (*next && *next != '\n')
			next++;
		if (!*next)
			break;
	}
	return count;
}
