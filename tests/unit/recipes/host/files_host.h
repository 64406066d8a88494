#ifndef FILES_HOST_H
#define FILES_HOST_H

/* What the recipes of files need of an image, for test programs: pages that a sanitizer watches, and a console. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "pages.h"
#include "sys_calls.h"

__attribute__((weak)) uintptr_t __stack_chk_guard = 0x5eed00;

void paths_start(void);

static size_t pages_used, pages_limit = 1 << 14;

void *pages_take(size_t count)
{
	if (pages_used + count > pages_limit)
		return NULL;
	pages_used += count;
	return memset(aligned_alloc(PAGE_BYTES, count * PAGE_BYTES), 0xa5, count * PAGE_BYTES);
}

void pages_give(void *start, size_t count)
{
	pages_used -= count;
	memset(start, 0x5a, count * PAGE_BYTES);
	free(start);
}

size_t pages_free_count(void)
{
	return pages_limit - pages_used;
}

struct memory_range pages_range = {PAGE_BYTES, (1 << 14) * PAGE_BYTES + PAGE_BYTES};

static char console[4096];
static size_t console_length;
static const char *typed = "";

void console_write(const void *bytes, size_t length)
{
	if (length > sizeof(console) - console_length)
		length = sizeof(console) - console_length;
	memcpy(console + console_length, bytes, length);
	console_length += length;
}

size_t console_read(void *bytes, size_t size)
{
	size_t length = strlen(typed) < size ? strlen(typed) : size;

	memcpy(bytes, typed, length);
	typed += length;
	return length;
}

#endif
