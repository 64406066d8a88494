/*
 * Folders and the names in them. A name is found by one table of hashes for all folders; the names of a folder
 * are in a list too, in the order in which they were made, so that reading it goes on rightly while it changes.
 */

#include "cells.h"
#include "sys_errors.h"
#include "tmpfs.h"

enum { HASHES = 512 };

static struct tmpfs_entry *hashes[HASHES];
static uint64_t last_inode;

static struct tmpfs_entry **hash_of(const struct node *folder, const char *name, size_t length)
{
	uint32_t hash = (uint32_t)folder->inode;

	for (; length > 0; length--)
		hash = (hash ^ (uint8_t)*name++) * 0x01000193;
	return &hashes[(hash ^ hash >> 16) % HASHES];
}

static struct tmpfs_entry *entry_of(struct node *folder, const char *name, size_t length)
{
	struct tmpfs_entry *entry = *hash_of(folder, name, length);

	while (entry && (entry->folder != folder || entry->length != length ||
			 __builtin_memcmp(entry->name, name, length) != 0))
		entry = entry->same_hash;
	return entry;
}

static struct node *find(struct node *folder, const char *name, size_t length)
{
	struct tmpfs_entry *entry = entry_of(folder, name, length);

	return entry ? entry->node : NULL;
}

static void touch(struct node *folder)
{
	folder->modified = folder->changed = node_now();
}

/* A new name; null: no memory. */
static struct tmpfs_entry *add(struct node *folder, const char *name, size_t length, struct node *node)
{
	struct tmpfs_node *there = tmpfs_of(folder);
	struct tmpfs_entry **hash = hash_of(folder, name, length);
	struct tmpfs_entry *entry = cells_take(sizeof(*entry) + length);

	if (!entry)
		return NULL;
	*entry = (struct tmpfs_entry){
		.node = node,
		.folder = folder,
		.previous = there->last,
		.same_hash = *hash,
		.cookie = there->next_cookie++,
		.length = (uint8_t)length,
	};
	__builtin_memcpy(entry->name, name, length);
	*hash = entry;
	*(there->last ? &there->last->next : &there->first) = entry;
	there->last = entry;
	if (node_is_folder(node)) {
		folder->links++;
		node_keep(folder);
		tmpfs_of(node)->parent = folder;
		tmpfs_of(node)->place = entry;
	}
	touch(folder);
	return entry;
}

/* The name is gone; what had it is as it was. */
static void drop(struct tmpfs_entry *entry)
{
	struct tmpfs_node *there = tmpfs_of(entry->folder);
	struct tmpfs_entry **link = hash_of(entry->folder, entry->name, entry->length);

	while (*link != entry)
		link = &(*link)->same_hash;
	*link = entry->same_hash;
	*(entry->previous ? &entry->previous->next : &there->first) = entry->next;
	*(entry->next ? &entry->next->previous : &there->last) = entry->previous;
	if (node_is_folder(entry->node)) {
		there->node.links--;
		if (tmpfs_of(entry->node)->place == entry)
			tmpfs_of(entry->node)->place = NULL;
	}
	touch(&there->node);
	cells_give(entry, sizeof(*entry) + entry->length);
}

static void forget(struct node *node)
{
	if (node_is_folder(node))
		node_drop(tmpfs_of(node)->parent);
	else if (node_type(node) == SYS_S_IFLNK)
		cells_give(node->content, (size_t)node->size + 1);
	else if (node->opened == &tmpfs_file_operations)
		tmpfs_resize(node, 0);
	cells_give(node, sizeof(struct tmpfs_node));
}

/* One name less, of a folder its only one; it is there for who has it open. */
static void unlink_node(struct node *node)
{
	node->links = node_is_folder(node) ? 0 : node->links - 1;
	node->changed = node_now();
	node_keep(node);
	node_drop(node);
}

static void remove_name(struct node *folder, const char *name, size_t length)
{
	struct tmpfs_entry *entry = entry_of(folder, name, length);
	struct node *node = entry->node;

	drop(entry);
	unlink_node(node);
}

static long link_node(struct node *folder, const char *name, size_t length, struct node *node)
{
	if (!add(folder, name, length, node))
		return -SYS_ENOSPC;
	node->links++;
	node->changed = node_now();
	return 0;
}

/* The new name comes first, so that nothing has changed if there is no memory for it. */
static long move(struct node *from, const char *old_name, size_t old_length, struct node *to, const char *name,
		 size_t length)
{
	struct tmpfs_entry *old = entry_of(from, old_name, old_length), *replaced = entry_of(to, name, length);
	struct node *node = old->node;

	if (!add(to, name, length, node))
		return -SYS_ENOSPC;
	drop(old);
	if (node_is_folder(node))
		node_drop(from); /* as parent; `to` was kept by the new name */
	if (replaced) {
		struct node *victim = replaced->node;
		drop(replaced);
		unlink_node(victim);
	}
	node->changed = node_now();
	return 0;
}

static bool is_empty(struct node *folder)
{
	return !tmpfs_of(folder)->first;
}

static struct node *parent(struct node *folder)
{
	return tmpfs_of(folder)->parent;
}

static const char *name_of(struct node *folder, size_t *length)
{
	const struct tmpfs_entry *place = tmpfs_of(folder)->place;

	*length = place->length;
	return place->name;
}

static const char *target_of(struct node *link)
{
	return link->content;
}

static struct node *make(struct node *folder, const char *name, size_t length, uint32_t mode, const char *target);

static const struct node_operations operations = {
	.find = find,
	.make = make,
	.link = link_node,
	.remove = remove_name,
	.move = move,
	.is_empty = is_empty,
	.parent = parent,
	.name = name_of,
	.target = target_of,
	.resize = tmpfs_resize,
	.forget = forget,
};

static void set_up(struct tmpfs_node *made, uint32_t mode)
{
	bool is_folder = (mode & SYS_S_IFMT) == SYS_S_IFDIR;
	int64_t now = node_now();

	*made = (struct tmpfs_node){
		.node = {
			.operations = &operations,
			.opened = is_folder ? &tmpfs_folder_operations : &tmpfs_file_operations,
			.mode = mode,
			.links = is_folder ? 2 : 1,
			.inode = ++last_inode,
			.accessed = now,
			.modified = now,
			.changed = now,
		},
	};
	if (is_folder)
		made->next_cookie = FIRST_COOKIE;
}

/* In a folder with this bit all is of the folder's group. */
static void inherit(struct node *made, const struct node *folder)
{
	enum { SET_GROUP = 02000 };

	if (!(folder->mode & SET_GROUP))
		return;
	made->group = folder->group;
	if (node_is_folder(made))
		made->mode |= SET_GROUP;
}

static bool set_target(struct node *link, const char *target)
{
	size_t length = __builtin_strlen(target);

	link->content = cells_take(length + 1);
	if (!link->content)
		return false;
	link->size = (int64_t)length;
	__builtin_memcpy(link->content, target, length + 1);
	return true;
}

static struct node *make(struct node *folder, const char *name, size_t length, uint32_t mode, const char *target)
{
	struct tmpfs_node *made = cells_take(sizeof(*made));

	if (!made)
		return NULL;
	set_up(made, mode);
	inherit(&made->node, folder);
	if (!target || set_target(&made->node, target)) {
		if (add(folder, name, length, &made->node))
			return &made->node;
		if (target)
			cells_give(made->node.content, (size_t)made->node.size + 1);
	}
	cells_give(made, sizeof(*made));
	return NULL;
}

struct node *fs_root(void)
{
	static struct tmpfs_node root;

	if (!root.parent) {
		set_up(&root, SYS_S_IFDIR | 0755);
		root.parent = &root.node;
	}
	return &root.node;
}
