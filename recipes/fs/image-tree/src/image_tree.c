/*
 * What stands in the image of the manifest's files becomes nodes before main; their bytes stay where they are. What the manifest
 * gives is fixed: it cannot be written, renamed or removed; its folders take new names.
 */

#include "console.h"
#include "descriptor_map.h"
#include "image_files.h"
#include "node.h"
#include "sys_errors.h"

enum { PAGE = 4096 };

static long read_in_place(struct descriptor_object *object, void *bytes, size_t size, int64_t *position)
{
	const struct node *file = object->node;
	uint64_t left = *position < file->size ? (uint64_t)(file->size - *position) : 0;

	if (size > left)
		size = left;
	__builtin_memcpy(bytes, (const char *)file->content + *position, size);
	*position += (int64_t)size;
	return (long)size;
}

static const struct descriptor_operations operations = {
	.read = read_in_place,
	.end = node_object_end,
	.status = node_object_status,
	.release = node_object_release,
};

const void *descriptor_map(int descriptor, int64_t offset, size_t size)
{
	const struct descriptor_object *object = descriptor_object(descriptor);
	const struct node *file;
	uint64_t room;

	if (!object || object->operations != &operations || !(object->node->flags & NODE_IN_PAGES))
		return NULL;
	file = object->node;
	room = ((uint64_t)file->size + PAGE - 1) & -(uint64_t)PAGE;
	if (offset < 0 || offset % PAGE || (uint64_t)offset > room || size > room - (uint64_t)offset)
		return NULL;
	return (const char *)file->content + offset;
}

static bool fill_in(struct node *node, const struct image_file *entry)
{
	if (!node)
		return false;
	node->flags |= NODE_FIXED | (entry->in_pages ? NODE_IN_PAGES : 0);
	node->accessed = node->modified = node->changed = 0;
	if (node_type(node) == SYS_S_IFREG) {
		node->opened = &operations;
		node->content = (void *)entry->content; /* nothing writes to a fixed file */
		node->size = (int64_t)entry->size;
	}
	return true;
}

void fs_image_fill(struct node *root)
{
	static const char words[] = "files: no memory for all of their names\n";
	enum { ALIGNMENT = 8 };
	const struct image_file *entry = image_files;
	struct node *folder = root, *made;

	while (entry->length) {
		size_t size = (offsetof(struct image_file, name) + entry->length + ALIGNMENT - 1) & -(size_t)ALIGNMENT;
		const char *target = (entry->mode & SYS_S_IFMT) == SYS_S_IFLNK ? entry->content : NULL;

		for (unsigned left = entry->leave; left > 0; left--)
			folder = folder->operations->parent(folder);
		made = folder->operations->make(folder, entry->name, entry->length, entry->mode, target);
		if (!fill_in(made, entry)) {
			console_write(words, sizeof(words) - 1);
			return;
		}
		if (node_is_folder(made))
			folder = made;
		entry = (const struct image_file *)((const char *)entry + size);
	}
}
