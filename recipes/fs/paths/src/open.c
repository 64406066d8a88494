/* Opening. The order of the refusals is Linux's. */

#include "cells.h"
#include "sys_calls.h"
#include "walk.h"

enum { PERMISSIONS = 07777, KEPT_BY_NAME = SYS_O_PATH | SYS_O_DIRECTORY | SYS_O_NOFOLLOW };

static bool will_write(int flags)
{
	return (flags + 1) & 2 || flags & SYS_O_TRUNC;
}

/* Why the node at the end of the path cannot be opened so; 0 if it can. */
static long refusal(const struct node *node, int flags)
{
	if (flags & SYS_O_CREAT && flags & SYS_O_EXCL)
		return -SYS_EEXIST;
	if (flags & SYS_O_CREAT && node_is_folder(node))
		return -SYS_EISDIR;
	if (flags & SYS_O_DIRECTORY && !node_is_folder(node))
		return -SYS_ENOTDIR;
	if (flags & SYS_O_PATH)
		return 0;
	if (node_type(node) == SYS_S_IFLNK)
		return -SYS_ELOOP;
	if (!will_write(flags))
		return 0;
	if (node_is_folder(node))
		return -SYS_EISDIR;
	return node->flags & NODE_FIXED ? -SYS_EROFS : 0;
}

/* A file that was not there. */
static long make_file(struct walked *at, int flags, uint32_t mode)
{
	if (!(flags & SYS_O_CREAT) || at->folder->links == 0)
		return -SYS_ENOENT;
	mode &= PERMISSIONS & ~paths_mask;
	at->node = at->folder->operations->make(at->folder, at->name, at->length, SYS_S_IFREG | mode, NULL);
	return at->node ? 0 : -SYS_ENOSPC;
}

static const struct descriptor_operations name_operations = {
	.status = node_object_status,
	.release = node_object_release,
};

/* An object of its own for the node. */
static long make_object(struct node *node, int flags, struct descriptor_object **object)
{
	const int forgotten = SYS_O_CREAT | SYS_O_EXCL | SYS_O_NOCTTY | SYS_O_TRUNC | SYS_O_CLOEXEC;

	*object = cells_take(sizeof(**object));
	if (!*object)
		return -SYS_ENOMEM;
	**object = (struct descriptor_object){node->opened, node, 0, (uint32_t)(flags & ~forgotten), 1, NULL};
	if (flags & SYS_O_PATH) {
		(*object)->operations = &name_operations;
		(*object)->flags |= SYS_O_ACCMODE; /* neither read nor write */
	}
	node_keep(node);
	return 0;
}

/* An object that is there already, for a node that stands for it. */
static long find_object(const struct node *node, struct descriptor_object **object)
{
	*object = node->flags & NODE_CONSOLE ? &descriptor_console : descriptor_object((int)node->special);
	if (!*object)
		return -SYS_ENXIO;
	(*object)->references++;
	return 0;
}

static long open_node(struct node *node, int flags)
{
	struct descriptor_object *object;
	bool stands_for_other = !(flags & SYS_O_PATH) && node->flags & (NODE_CONSOLE | NODE_DESCRIPTOR);
	long result = stands_for_other ? find_object(node, &object) : make_object(node, flags, &object);

	if (result)
		return result;
	result = descriptor_install(object, 0, flags);
	if (result < 0)
		descriptor_release(object);
	else if (flags & SYS_O_TRUNC && node_type(node) == SYS_S_IFREG)
		node->operations->resize(node, 0); /* to make it shorter needs no memory */
	return result;
}

long sys_openat(int folder, const char *path, int flags, uint32_t mode)
{
	struct walked at;
	unsigned how = flags & SYS_O_NOFOLLOW ? WALK_LINK : WALK_FOLLOW;
	long error;

	if (flags & SYS_O_PATH)
		flags &= KEPT_BY_NAME | SYS_O_CLOEXEC;
	else if (flags & SYS_O_TMPFILE)
		return -SYS_EOPNOTSUPP;
	if (flags & SYS_O_CREAT) {
		if (flags & SYS_O_DIRECTORY)
			return -SYS_EINVAL;
		how = WALK_CREATE | (flags & SYS_O_EXCL ? WALK_LINK : how);
	}
	error = paths_walk(folder, path, how, &at);
	if (!error)
		error = at.node ? refusal(at.node, flags) : make_file(&at, flags, mode);
	return error ? error : open_node(at.node, flags);
}

int64_t node_object_end(struct descriptor_object *object)
{
	return object->node->size;
}

void node_object_release(struct descriptor_object *object)
{
	node_drop(object->node);
	cells_give(object, sizeof(*object));
}
