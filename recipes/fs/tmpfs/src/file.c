/*
 * The bytes of files, in pages. A file of one page has just that; a larger one has tables of 512 pointers above its pages, as many
 * levels as it needs. What was never written has no page and reads as zeros. Behind the end of a file its last page is zero.
 */

#include "pages.h"
#include "sys_errors.h"
#include "tmpfs.h"

enum { FAN_LOG2 = 9, FAN = 1 << FAN_LOG2 };
_Static_assert(FAN * sizeof(void *) == PAGE_BYTES, "a table is a page");

static void *zero_page(void)
{
	void *page = pages_take(1);

	return page ? __builtin_memset(page, 0, PAGE_BYTES) : NULL;
}

/* Put tables above what there is until page number `page` has its place. */
static bool deepen(struct tmpfs_node *file, uint64_t page)
{
	while (page >> FAN_LOG2 * file->depth) {
		if (file->node.content) {
			void **table = zero_page();
			if (!table)
				return false;
			table[0] = file->node.content;
			file->node.content = table;
		}
		file->depth++;
	}
	return true;
}

/* Where the pointer to a page stands; null if there is none and, with `make`, no memory for one. */
static void **place_of(struct tmpfs_node *file, uint64_t page, bool make)
{
	void **place = &file->node.content;

	if (make ? !deepen(file, page) : page >> FAN_LOG2 * file->depth != 0)
		return NULL;
	for (unsigned depth = file->depth; depth > 0; depth--) {
		if (!*place && make)
			*place = zero_page();
		if (!*place)
			return NULL;
		place = (void **)*place + (page >> FAN_LOG2 * (depth - 1)) % FAN;
	}
	return place;
}

/* Give back what is at `place`, `depth` tables above the pages, from page number `from` in it on. */
static void cut(void **place, unsigned depth, uint64_t from)
{
	uint64_t below = UINT64_C(1) << FAN_LOG2 * depth >> FAN_LOG2; /* pages under each pointer of the table */

	if (!*place)
		return;
	for (uint64_t at = depth ? from / below : FAN; at < FAN; at++)
		cut((void **)*place + at, depth - 1, from > at * below ? from - at * below : 0);
	if (from == 0) {
		pages_give(*place, 1);
		*place = NULL;
	}
}

static size_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

long tmpfs_resize(struct node *node, int64_t size)
{
	struct tmpfs_node *file = tmpfs_of(node);
	uint64_t pages = ((uint64_t)size + PAGE_BYTES - 1) / PAGE_BYTES, rest = (uint64_t)size % PAGE_BYTES;
	void **place;

	if (size < node->size) {
		if (!(pages >> FAN_LOG2 * file->depth))
			cut(&node->content, file->depth, pages);
		place = rest ? place_of(file, pages - 1, false) : NULL;
		if (place && *place)
			__builtin_memset((char *)*place + rest, 0, PAGE_BYTES - rest);
	}
	node->size = size;
	node->modified = node->changed = node_now();
	return 0;
}

static long file_read(struct descriptor_object *object, void *bytes, size_t size, int64_t *position)
{
	struct tmpfs_node *file = tmpfs_of(object->node);
	char *next = bytes;
	size_t left;

	if (*position >= file->node.size)
		return 0;
	left = smaller(size, (uint64_t)(file->node.size - *position));
	while (left > 0) {
		size_t offset = (size_t)(*position % PAGE_BYTES), part = smaller(left, PAGE_BYTES - offset);
		void **place = place_of(file, (uint64_t)*position / PAGE_BYTES, false);
		if (place && *place)
			__builtin_memcpy(next, (char *)*place + offset, part);
		else
			__builtin_memset(next, 0, part);
		next += part;
		left -= part;
		*position += (int64_t)part;
	}
	return next - (char *)bytes;
}

/* The page at `position`, of which `part` bytes will be written; null: no memory. */
static char *page_to_write(struct tmpfs_node *file, int64_t position, size_t part)
{
	void **place = place_of(file, (uint64_t)position / PAGE_BYTES, true);

	if (place && !*place)
		*place = part == PAGE_BYTES ? pages_take(1) : zero_page();
	return place ? *place : NULL;
}

static long file_write(struct descriptor_object *object, const void *bytes, size_t size, int64_t *position)
{
	struct tmpfs_node *file = tmpfs_of(object->node);
	const char *next = bytes;
	int64_t end;

	if (size == 0)
		return 0;
	if (object->flags & SYS_O_APPEND)
		*position = file->node.size;
	if (size > INT64_MAX || __builtin_add_overflow(*position, (int64_t)size, &end))
		return -SYS_EFBIG;
	while (*position < end) {
		size_t offset = (size_t)(*position % PAGE_BYTES);
		size_t part = smaller((uint64_t)(end - *position), PAGE_BYTES - offset);
		char *page = page_to_write(file, *position, part);
		if (!page)
			break;
		__builtin_memcpy(page + offset, next, part);
		next += part;
		*position += (int64_t)part;
		if (*position > file->node.size)
			file->node.size = *position;
	}
	if (next == bytes)
		return -SYS_ENOSPC;
	file->node.modified = file->node.changed = node_now();
	return next - (const char *)bytes;
}

static long file_resize(struct descriptor_object *object, int64_t size)
{
	return tmpfs_resize(object->node, size);
}

const struct descriptor_operations tmpfs_file_operations = {
	.read = file_read,
	.write = file_write,
	.end = node_object_end,
	.status = node_object_status,
	.resize = file_resize,
	.release = node_object_release,
};
