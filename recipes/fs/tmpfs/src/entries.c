/* Reading folders. */

#include "sys_errors.h"
#include "tmpfs.h"

/* What a folder has at a place: "." at 0, ".." at 1, then its names. */
struct listed {
	const char *name;
	size_t length;
	struct node *node;
	uint64_t cookie;
};

/* The first of them at `position` or behind it. */
static bool list(struct node *folder, uint64_t position, struct listed *found)
{
	struct tmpfs_entry *entry = tmpfs_of(folder)->first;

	if (position < 2) {
		*found = (struct listed){"..", (size_t)position + 1, folder, position};
		if (position == 1)
			found->node = tmpfs_of(folder)->parent;
		return true;
	}
	while (entry && entry->cookie < position)
		entry = entry->next;
	if (entry)
		*found = (struct listed){entry->name, entry->length, entry->node, entry->cookie};
	return entry != NULL;
}

static void write_down(const struct listed *found, struct sys_dirent *entry, size_t size)
{
	enum { TYPE_SHIFT = 12 };

	entry->inode = found->node->inode;
	entry->offset = (int64_t)found->cookie + 1;
	entry->size = (uint16_t)size;
	entry->type = (uint8_t)(node_type(found->node) >> TYPE_SHIFT);
	__builtin_memcpy(entry->name, found->name, found->length);
	__builtin_memset(entry->name + found->length, 0, size - offsetof(struct sys_dirent, name) - found->length);
}

static long folder_entries(struct descriptor_object *object, void *entries, size_t size)
{
	enum { ALIGNMENT = 8 };
	size_t used = 0;
	struct listed found;

	if (object->node->links == 0)
		return -SYS_ENOENT;
	while (list(object->node, (uint64_t)object->position, &found)) {
		size_t length = offsetof(struct sys_dirent, name) + found.length + 1;
		length = (length + ALIGNMENT - 1) & -(size_t)ALIGNMENT;
		if (length > size - used)
			return used ? (long)used : -SYS_EINVAL;
		write_down(&found, (struct sys_dirent *)((char *)entries + used), length);
		object->position = (int64_t)found.cookie + 1;
		used += length;
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
