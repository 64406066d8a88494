/* The folder that paths begin at, and what is in the folders before main. */

#include "node.h"
#include "sys_calls.h"
#include "walk.h"

/* Of posix/time, fs/devices and fs/image-tree, if they are in the image. */
__attribute__((weak)) long sys_clock_gettime(int clock, struct sys_timespec *time);
__attribute__((weak)) void fs_devices_fill(struct node *root);
__attribute__((weak)) void fs_image_fill(struct node *root);

uint32_t paths_mask = 022;
static struct node *current; /* null: the root */

/* The composer calls this before main; no header of ours needs it. */
void paths_start(void)
{
	struct node *root = fs_root();

	if (fs_image_fill)
		fs_image_fill(root);
	if (fs_devices_fill)
		fs_devices_fill(root);
	if (!root->operations->find(root, "tmp", 3))
		root->operations->make(root, "tmp", 3, SYS_S_IFDIR | 01777, NULL);
}

struct node *paths_current(void)
{
	return current ? current : fs_root();
}

int64_t node_now(void)
{
	struct sys_timespec time;

	if (!sys_clock_gettime || sys_clock_gettime(SYS_CLOCK_REALTIME, &time))
		return 0;
	return time.seconds * 1000000000 + time.nanoseconds;
}

void node_drop(struct node *node)
{
	if (--node->references == 0 && node->links == 0)
		node->operations->forget(node);
}

static long enter(struct node *node)
{
	if (!node_is_folder(node))
		return -SYS_ENOTDIR;
	node_keep(node);
	if (current)
		node_drop(current);
	current = node;
	return 0;
}

long sys_chdir(const char *path)
{
	struct node *node;
	long error = paths_find(SYS_AT_FDCWD, path, 0, &node);

	return error ? error : enter(node);
}

long sys_fchdir(int descriptor)
{
	struct descriptor_object *object = descriptor_object(descriptor);

	if (!object)
		return -SYS_EBADF;
	return object->node ? enter(object->node) : -SYS_ENOTDIR;
}

/* Written from its end, for a folder knows its name and the folder above. */
long sys_getcwd(char *path, size_t size)
{
	struct node *node = paths_current();
	size_t at = size, length;
	const char *name;

	if (node->links == 0)
		return -SYS_ENOENT;
	if (size < 2)
		return -SYS_ERANGE;
	path[--at] = '\0';
	if (node == fs_root())
		path[--at] = '/';
	for (; node != fs_root(); node = node->operations->parent(node)) {
		name = node->operations->name(node, &length);
		if (length + 1 > at)
			return -SYS_ERANGE;
		at -= length;
		__builtin_memcpy(path + at, name, length);
		path[--at] = '/';
	}
	__builtin_memmove(path, path + at, size - at);
	return (long)(size - at);
}

long sys_umask(uint32_t mask)
{
	uint32_t old = paths_mask;

	paths_mask = mask & 0777;
	return old;
}

/* Nothing is kept back on its way. */
long sys_sync(void)
{
	return 0;
}
