/* Reading folders. */

#include "sys_errors.h"
#include "tmpfs.h"

/* What stands in a folder: "." at cookie 0, ".." at 1, then its names. */
struct listed {
	const char *name;
	size_t length;
	struct node *node;
	uint64_t cookie;
};

/* The two that every folder has. */
static struct listed dots(struct node *folder, uint64_t cookie)
{
	return (struct listed){"..", (size_t)cookie + 1, cookie ? tmpfs_of(folder)->parent : folder, cookie};
}

static struct tmpfs_entry *first_from(struct node *folder, uint64_t cookie)
{
	struct tmpfs_entry *entry = tmpfs_of(folder)->first;

	while (entry && entry->cookie < cookie)
		entry = entry->next;
	return entry;
}

/* Write it at `place` of `room` bytes; how many it takes, 0 if there are not so many. */
static size_t write_down(const struct listed *found, void *place, size_t room)
{
	enum { ALIGNMENT = 8, TYPE_SHIFT = 12 };
	struct sys_dirent *entry = place;
	size_t size = offsetof(struct sys_dirent, name) + found->length + 1;

	size = (size + ALIGNMENT - 1) & -(size_t)ALIGNMENT;
	if (size > room)
		return 0;
	entry->inode = found->node->inode;
	entry->offset = (int64_t)found->cookie + 1;
	entry->size = (uint16_t)size;
	entry->type = (uint8_t)(node_type(found->node) >> TYPE_SHIFT);
	__builtin_memcpy(entry->name, found->name, found->length);
	__builtin_memset(entry->name + found->length, 0, size - offsetof(struct sys_dirent, name) - found->length);
	return size;
}

static long folder_entries(struct descriptor_object *object, void *entries, size_t room)
{
	struct node *folder = object->node;
	struct tmpfs_entry *next = first_from(folder, (uint64_t)object->position);
	size_t used = 0, size;

	if (folder->links == 0)
		return -SYS_ENOENT;
	while (object->position < FIRST_COOKIE || next) {
		struct listed found;
		if (object->position < FIRST_COOKIE)
			found = dots(folder, (uint64_t)object->position);
		else
			found = (struct listed){next->name, next->length, next->node, next->cookie};
		size = write_down(&found, (char *)entries + used, room - used);
		if (size == 0)
			return used ? (long)used : -SYS_EINVAL;
		if (object->position >= FIRST_COOKIE)
			next = next->next;
		object->position = (int64_t)found.cookie + 1;
		used += size;
	}
	return (long)used;
}

static long folder_read(struct descriptor_object *object, void *bytes, size_t size, int64_t *position)
{
	(void)object;
	(void)bytes;
	(void)size;
	(void)position;
	return -SYS_EISDIR;
}

const struct descriptor_operations tmpfs_folder_operations = {
	.read = folder_read,
	.end = node_object_end,
	.status = node_object_status,
	.entries = folder_entries,
	.release = node_object_release,
};
