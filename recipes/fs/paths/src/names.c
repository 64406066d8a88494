/* Making, removing and moving names. */

#include "sys_calls.h"
#include "walk.h"

enum { PERMISSIONS = 07777, FOLDER_PERMISSIONS = 01777, LONGEST_PATH = 4096, NO_REPLACE = 1 };

static long make(int folder, const char *path, uint32_t mode, const char *target)
{
	struct walked at;
	long error = paths_walk_to_new(folder, path, (mode & SYS_S_IFMT) == SYS_S_IFDIR, &at);

	if (error)
		return error;
	return at.folder->operations->make(at.folder, at.name, at.length, mode, target) ? 0 : -SYS_ENOSPC;
}

long sys_mkdirat(int folder, const char *path, uint32_t mode)
{
	return make(folder, path, SYS_S_IFDIR | (mode & FOLDER_PERMISSIONS & ~paths_mask), NULL);
}

/* Only files: devices are those of fs/devices, and a named pipe would have its two ends in one thread. */
long sys_mknodat(int folder, const char *path, uint32_t mode, uint64_t device)
{
	uint32_t type = mode & SYS_S_IFMT;

	(void)device;
	if (type == SYS_S_IFCHR || type == SYS_S_IFBLK || type == SYS_S_IFIFO || type == SYS_S_IFSOCK || type == SYS_S_IFDIR)
		return -SYS_EPERM;
	if (type != 0 && type != SYS_S_IFREG)
		return -SYS_EINVAL;
	return make(folder, path, SYS_S_IFREG | (mode & PERMISSIONS & ~paths_mask), NULL);
}

long sys_symlinkat(const char *target, int folder, const char *path)
{
	if (!*target)
		return -SYS_ENOENT;
	if (__builtin_strlen(target) >= LONGEST_PATH)
		return -SYS_ENAMETOOLONG;
	return make(folder, path, SYS_S_IFLNK | 0777, target);
}

long sys_linkat(int old_folder, const char *old_path, int new_folder, const char *new_path, int flags)
{
	const int legal = SYS_AT_SYMLINK_FOLLOW | SYS_AT_EMPTY_PATH;
	struct node *node;
	struct walked at;
	long error;

	if (flags & ~legal)
		return -SYS_EINVAL;
	flags = (flags & SYS_AT_EMPTY_PATH) | (flags & SYS_AT_SYMLINK_FOLLOW ? 0 : SYS_AT_SYMLINK_NOFOLLOW);
	error = paths_find(old_folder, old_path, flags, &node);
	if (!error)
		error = paths_walk_to_new(new_folder, new_path, false, &at);
	if (error)
		return error;
	if (node->flags & NODE_FIXED)
		return -SYS_EXDEV; /* as from another file system, so that who asks makes a copy */
	if (node_is_folder(node))
		return -SYS_EPERM;
	if (node->links == 0)
		return -SYS_ENOENT;
	return at.folder->operations->link(at.folder, at.name, at.length, node);
}

/* Why a folder's name cannot be removed; 0 if it can. */
static long folder_refusal(const struct walked *at)
{
	switch (at->last) {
	case LAST_DOT:
		return -SYS_EINVAL;
	case LAST_DOTDOT:
		return -SYS_ENOTEMPTY;
	case LAST_ROOT:
		return -SYS_EBUSY;
	case LAST_NAME:
		break;
	}
	if (!at->node)
		return -SYS_ENOENT;
	if (!node_is_folder(at->node))
		return -SYS_ENOTDIR;
	if (at->node->flags & NODE_FIXED)
		return -SYS_EROFS;
	return at->node->operations->is_empty(at->node) ? 0 : -SYS_ENOTEMPTY;
}

static long file_refusal(const struct walked *at)
{
	if (at->last != LAST_NAME)
		return -SYS_EISDIR;
	if (!at->node)
		return -SYS_ENOENT;
	if (node_is_folder(at->node))
		return -SYS_EISDIR;
	if (at->slashed)
		return -SYS_ENOTDIR;
	return at->node->flags & NODE_FIXED ? -SYS_EROFS : 0;
}

long sys_unlinkat(int folder, const char *path, int flags)
{
	struct walked at;
	long error;

	if (flags & ~SYS_AT_REMOVEDIR)
		return -SYS_EINVAL;
	error = paths_walk(folder, path, WALK_NAME, &at);
	if (!error)
		error = flags ? folder_refusal(&at) : file_refusal(&at);
	if (!error)
		at.folder->operations->remove(at.folder, at.name, at.length);
	return error;
}

/* Whether `node` is `folder`, or a folder somewhere above it. */
static bool is_above(const struct node *node, struct node *folder)
{
	for (; folder != node; folder = folder->operations->parent(folder))
		if (folder == fs_root())
			return false;
	return true;
}

/* Why `from` cannot take the place of `to`, which is there; 0 if it can. */
static long replace_refusal(const struct node *from, const struct node *to)
{
	if (to->flags & NODE_FIXED)
		return -SYS_EROFS;
	if (!node_is_folder(from))
		return node_is_folder(to) ? -SYS_EISDIR : 0;
	if (!node_is_folder(to))
		return -SYS_ENOTDIR;
	return to->operations->is_empty((struct node *)to) ? 0 : -SYS_ENOTEMPTY;
}

/* Why the one name cannot become the other; 0 if it can. */
static long move_refusal(const struct walked *from, const struct walked *to, unsigned flags)
{
	if (from->last != LAST_NAME)
		return -SYS_EBUSY;
	if (to->last != LAST_NAME)
		return flags & NO_REPLACE ? -SYS_EEXIST : -SYS_EBUSY;
	if (!from->node)
		return -SYS_ENOENT;
	if (to->node && flags & NO_REPLACE)
		return -SYS_EEXIST;
	if (!node_is_folder(from->node) && (from->slashed || to->slashed))
		return -SYS_ENOTDIR;
	if (node_is_folder(from->node) && is_above(from->node, to->folder))
		return -SYS_EINVAL;
	if (to->node && node_is_folder(to->node) && to->folder != from->folder && is_above(to->node, from->folder))
		return -SYS_ENOTEMPTY;
	if (from->node == to->node)
		return 0;
	if (from->node->flags & NODE_FIXED)
		return -SYS_EROFS;
	if (to->node)
		return replace_refusal(from->node, to->node);
	return to->folder->links == 0 ? -SYS_ENOENT : 0;
}

long sys_renameat2(int old_folder, const char *old_path, int new_folder, const char *new_path, unsigned flags)
{
	struct walked from, to;
	long error;

	if (flags & ~NO_REPLACE)
		return -SYS_EINVAL;
	error = paths_walk(old_folder, old_path, WALK_NAME, &from);
	if (!error)
		error = paths_walk(new_folder, new_path, WALK_NAME, &to);
	if (!error)
		error = move_refusal(&from, &to, flags);
	if (error || from.node == to.node) /* two names of one file both stay */
		return error;
	return from.folder->operations->move(from.folder, from.name, from.length, to.folder, to.name, to.length);
}

long sys_renameat(int old_folder, const char *old_path, int new_folder, const char *new_path)
{
	return sys_renameat2(old_folder, old_path, new_folder, new_path, 0);
}
