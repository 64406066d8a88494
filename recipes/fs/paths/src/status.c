/* What nodes are, and changes of that. */

#include "pages.h"
#include "sys_calls.h"
#include "walk.h"

enum { PERMISSIONS = 07777, BLOCK_BYTES = 512 };
#define SECOND INT64_C(1000000000)

static struct sys_timespec as_time(int64_t nanoseconds)
{
	struct sys_timespec time = {nanoseconds / SECOND, nanoseconds % SECOND};

	if (time.nanoseconds < 0) {
		time.nanoseconds += SECOND;
		time.seconds--;
	}
	return time;
}

static void show(const struct node *node, struct sys_stat *status)
{
	bool is_device = node_type(node) == SYS_S_IFCHR;

	*status = (struct sys_stat){
		.device = 1,
		.inode = node->inode,
		.mode = node->mode,
		.links = node->links,
		.owner = node->owner,
		.group = node->group,
		.special_device = is_device ? node->special : 0,
		.size = is_device ? 0 : node->size,
		.block_size = PAGE_BYTES,
		.accessed = as_time(node->accessed),
		.modified = as_time(node->modified),
		.changed = as_time(node->changed),
	};
	status->blocks = (status->size + BLOCK_BYTES - 1) / BLOCK_BYTES;
}

void node_object_status(struct descriptor_object *object, struct sys_stat *status)
{
	show(object->node, status);
}

long sys_newfstatat(int folder, const char *path, struct sys_stat *status, int flags)
{
	struct node *node;
	long error;

	if (!*path && flags & SYS_AT_EMPTY_PATH && folder != SYS_AT_FDCWD)
		return sys_fstat(folder, status); /* which need not be a node */
	error = paths_find(folder, path, flags, &node);
	if (!error)
		show(node, status);
	return error;
}

/* As for Linux's superuser: all may be read and written, and a file is executable if it is for anybody. */
long sys_faccessat2(int folder, const char *path, int mode, int flags)
{
	enum { EXECUTE = 1, WRITE = 2, READ = 4 };
	const int legal = SYS_AT_SYMLINK_NOFOLLOW | SYS_AT_EMPTY_PATH | SYS_AT_REMOVEDIR; /* the last is AT_EACCESS here */
	struct node *node;
	long error;

	if (mode & ~(EXECUTE | WRITE | READ) || flags & ~legal)
		return -SYS_EINVAL;
	error = paths_find(folder, path, flags, &node);
	if (error)
		return error;
	if (mode & EXECUTE && node_type(node) == SYS_S_IFREG && !(node->mode & 0111))
		return -SYS_EACCES;
	return mode & WRITE && node->flags & NODE_FIXED && node_type(node) == SYS_S_IFREG ? -SYS_EROFS : 0;
}

long sys_faccessat(int folder, const char *path, int mode)
{
	return sys_faccessat2(folder, path, mode, 0);
}

long sys_readlinkat(int folder, const char *path, char *target, size_t size)
{
	struct node *node;
	size_t length;
	long error;

	if ((int)size <= 0)
		return -SYS_EINVAL;
	error = paths_find(folder, path, SYS_AT_SYMLINK_NOFOLLOW | SYS_AT_EMPTY_PATH, &node);
	if (error)
		return error;
	if (node_type(node) != SYS_S_IFLNK)
		return *path ? -SYS_EINVAL : -SYS_ENOENT;
	length = (size_t)node->size < size ? (size_t)node->size : size;
	__builtin_memcpy(target, node->operations->target(node), length);
	return (long)length;
}

/* The node behind a descriptor that is more than a name. */
static long opened(int descriptor, struct node **node)
{
	struct descriptor_object *object = descriptor_object(descriptor);

	if (!object || object->flags & SYS_O_PATH)
		return -SYS_EBADF;
	*node = object->node;
	return *node ? 0 : -SYS_EINVAL;
}

static long change_mode(struct node *node, uint32_t mode)
{
	if (node->flags & NODE_FIXED)
		return -SYS_EROFS;
	if (node_type(node) == SYS_S_IFLNK)
		return -SYS_EOPNOTSUPP;
	node->mode = node_type(node) | (mode & PERMISSIONS);
	node->changed = node_now();
	return 0;
}

long sys_fchmod(int descriptor, uint32_t mode)
{
	struct node *node;
	long error = opened(descriptor, &node);

	return error ? error : change_mode(node, mode);
}

long sys_fchmodat(int folder, const char *path, uint32_t mode)
{
	struct node *node;
	long error = paths_find(folder, path, 0, &node);

	return error ? error : change_mode(node, mode);
}

static long change_owner(struct node *node, uint32_t owner, uint32_t group)
{
	enum { SET_USER = 04000, SET_GROUP = 02000, GROUP_EXECUTES = 010 };
	const uint32_t as_it_is = UINT32_MAX;

	if (node->flags & NODE_FIXED)
		return -SYS_EROFS;
	if (owner != as_it_is)
		node->owner = owner;
	if (group != as_it_is)
		node->group = group;
	if (!node_is_folder(node))
		node->mode &= ~(uint32_t)(SET_USER | (node->mode & GROUP_EXECUTES ? SET_GROUP : 0));
	node->changed = node_now();
	return 0;
}

long sys_fchown(int descriptor, uint32_t owner, uint32_t group)
{
	struct node *node;
	long error = opened(descriptor, &node);

	return error ? error : change_owner(node, owner, group);
}

long sys_fchownat(int folder, const char *path, uint32_t owner, uint32_t group, int flags)
{
	struct node *node;
	long error;

	if (flags & ~(SYS_AT_SYMLINK_NOFOLLOW | SYS_AT_EMPTY_PATH))
		return -SYS_EINVAL;
	error = paths_find(folder, path, flags, &node);
	return error ? error : change_owner(node, owner, group);
}

static bool is_legal(const struct sys_timespec *time)
{
	return (uint64_t)time->nanoseconds < (uint64_t)SECOND || time->nanoseconds == SYS_UTIME_NOW ||
	       time->nanoseconds == SYS_UTIME_OMIT;
}

/* What a time becomes; beyond the years that 64 bits of nanoseconds can name, the last of them. */
static int64_t new_time(int64_t old, const struct sys_timespec *time)
{
	int64_t result;

	if (!time || time->nanoseconds == SYS_UTIME_NOW)
		return node_now();
	if (time->nanoseconds == SYS_UTIME_OMIT)
		return old;
	if (__builtin_mul_overflow(time->seconds, SECOND, &result) ||
	    __builtin_add_overflow(result, time->nanoseconds, &result))
		return time->seconds < 0 ? INT64_MIN : INT64_MAX;
	return result;
}

long sys_utimensat(int folder, const char *path, const struct sys_timespec times[2], int flags)
{
	struct node *node;
	long error;

	if (times && times[0].nanoseconds == SYS_UTIME_OMIT && times[1].nanoseconds == SYS_UTIME_OMIT)
		return 0;
	if (flags & ~(SYS_AT_SYMLINK_NOFOLLOW | SYS_AT_EMPTY_PATH))
		return -SYS_EINVAL;
	error = path ? paths_find(folder, path, flags, &node) : opened(folder, &node);
	if (error)
		return error;
	if (times && (!is_legal(&times[0]) || !is_legal(&times[1])))
		return -SYS_EINVAL;
	if (node->flags & NODE_FIXED)
		return -SYS_EROFS;
	node->accessed = new_time(node->accessed, times);
	node->modified = new_time(node->modified, times ? &times[1] : NULL);
	node->changed = node_now();
	return 0;
}

long sys_truncate(const char *path, int64_t size)
{
	struct node *node;
	long error;

	if (size < 0)
		return -SYS_EINVAL;
	error = paths_find(SYS_AT_FDCWD, path, 0, &node);
	if (error)
		return error;
	if (node_is_folder(node))
		return -SYS_EISDIR;
	if (node_type(node) != SYS_S_IFREG)
		return -SYS_EINVAL;
	return node->flags & NODE_FIXED ? -SYS_EROFS : node->operations->resize(node, size);
}

static void show_system(struct sys_statfs *status)
{
	enum { TMPFS = 0x01021994, LONGEST_NAME = 255 };

	*status = (struct sys_statfs){
		.type = TMPFS,
		.block_size = PAGE_BYTES,
		.fragment_size = PAGE_BYTES,
		.blocks = (pages_range.end - pages_range.start) / PAGE_BYTES,
		.blocks_free = pages_free_count(),
		.blocks_available = pages_free_count(),
		.name_length = LONGEST_NAME,
	};
}

long sys_statfs(const char *path, struct sys_statfs *status)
{
	struct node *node;
	long error = paths_find(SYS_AT_FDCWD, path, 0, &node);

	if (!error)
		show_system(status);
	return error;
}

long sys_fstatfs(int descriptor, struct sys_statfs *status)
{
	if (!descriptor_object(descriptor))
		return -SYS_EBADF;
	show_system(status);
	return 0;
}
