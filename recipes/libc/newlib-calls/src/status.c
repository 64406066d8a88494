/* What is known of a file. */

#include "newlib_calls.h"

static struct timespec time_of(struct sys_timespec from)
{
	return (struct timespec){.tv_sec = from.seconds, .tv_nsec = from.nanoseconds};
}

void newlib_status(struct stat *status, const struct sys_stat *from)
{
	*status = (struct stat){
		.st_dev = (dev_t)from->device,
		.st_ino = (ino_t)from->inode,
		.st_mode = from->mode,
		.st_nlink = (nlink_t)from->links,
		.st_uid = (uid_t)from->owner,
		.st_gid = (gid_t)from->group,
		.st_rdev = (dev_t)from->special_device,
		.st_size = from->size,
		.st_blksize = from->block_size,
		.st_blocks = from->blocks,
		.st_atim = time_of(from->accessed),
		.st_mtim = time_of(from->modified),
		.st_ctim = time_of(from->changed),
	};
}
