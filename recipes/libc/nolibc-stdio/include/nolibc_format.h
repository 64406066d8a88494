#ifndef NOLIBC_FORMAT_H
#define NOLIBC_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* Where formatted bytes go; `put` takes one at a time and decides what `size` and `used` mean. */
struct nolibc_sink {
	void (*put)(struct nolibc_sink *sink, char byte);
	char *buffer;
	size_t size; /* bytes of `buffer` */
	size_t used; /* bytes put into it */
};

/* Format into `sink` (stdio.h says what exists). Returns the number of bytes, or -1 if an int cannot hold it. */
int nolibc_format(struct nolibc_sink *sink, const char *format, va_list arguments);

#endif
