/* The servers of names that the host asks: the lines `nameserver ADDRESS` of its /etc/resolv.conf. */

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

bool host_parse_address(const char *text, uint32_t *address)
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
	return !*text;
}

/* Copy the word at `from`, if it fits. */
static bool copy_word(const char *from, char *to, size_t size)
{
	size_t length = 0;

	while (from[length] && from[length] != '\n' && !is_blank(from[length]))
		length++;
	if (!length || length >= size)
		return false;
	__builtin_memcpy(to, from, length);
	to[length] = '\0';
	return true;
}

bool network_name_server(unsigned number, char *text, size_t size)
{
	static const char word[] = "nameserver";
	enum { LENGTH = sizeof(word) - 1 };
	char lines[FILE_MOST];

	read_file("/etc/resolv.conf", lines);
	for (const char *next = lines; *next; next += *next == '\n') {
		if (__builtin_strncmp(next, word, LENGTH) == 0 && is_blank(next[LENGTH])) {
			next += LENGTH;
			while (is_blank(*next))
				next++;
			if (copy_word(next, text, size) && !number--)
				return true;
		}
		while (*next && *next != '\n')
			next++;
	}
	return false;
}
