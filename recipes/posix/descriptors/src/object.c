/* What an object is and where one is in it; not its bytes. */

#include "descriptor.h"
#include "sys_calls.h"

long sys_lseek(int descriptor, int64_t offset, int whence)
{
	struct descriptor_object *object = descriptor_object(descriptor);
	int64_t base = 0;

	if (!object || object->flags & SYS_O_PATH)
		return -SYS_EBADF;
	if (!object->operations || !object->operations->end)
		return -SYS_ESPIPE;
	switch (whence) {
	case SYS_SEEK_SET:
		break;
	case SYS_SEEK_CUR:
		base = object->position;
		break;
	case SYS_SEEK_END:
		if (object->operations->entries)
			return -SYS_EINVAL; /* a folder's places are marks, of which none is its end */
		base = object->operations->end(object);
		break;
	default:
		return -SYS_EINVAL;
	}
	if (__builtin_add_overflow(base, offset, &base) || base < 0)
		return -SYS_EINVAL;
	object->position = base;
	return base;
}

long sys_ftruncate(int descriptor, int64_t size)
{
	struct descriptor_object *object = descriptor_object(descriptor);

	if (size < 0)
		return -SYS_EINVAL;
	if (!object || object->flags & SYS_O_PATH)
		return -SYS_EBADF;
	if (!object->operations || !object->operations->resize || !descriptor_writes(object))
		return -SYS_EINVAL;
	return object->operations->resize(object, size);
}

/* Room that is promised is nowhere set aside, so no promise is given; C libraries take this as "not on this file system". */
long sys_fallocate(int descriptor, int mode, int64_t offset, int64_t size)
{
	struct descriptor_object *object = descriptor_object(descriptor);

	(void)mode;
	if (!object || !descriptor_writes(object))
		return -SYS_EBADF;
	return offset < 0 || size <= 0 ? -SYS_EINVAL : -SYS_EOPNOTSUPP;
}

/* Nothing is kept back on its way; pipes and the console have nothing to be written down. */
long sys_fsync(int descriptor)
{
	struct descriptor_object *object = descriptor_object(descriptor);

	if (!object || object->flags & SYS_O_PATH)
		return -SYS_EBADF;
	return object->operations && object->operations->end ? 0 : -SYS_EINVAL;
}

long sys_fdatasync(int descriptor)
{
	return sys_fsync(descriptor);
}

long sys_fstat(int descriptor, struct sys_stat *status)
{
	enum { CONSOLE_DEVICE = 0x501 }; /* major 5, minor 1 */
	struct descriptor_object *object = descriptor_object(descriptor);

	if (!object)
		return -SYS_EBADF;
	*status = (struct sys_stat){.links = 1, .block_size = 4096};
	if (object->operations) {
		object->operations->status(object, status);
		return 0;
	}
	status->mode = SYS_S_IFCHR | 0620;
	status->special_device = CONSOLE_DEVICE;
	return 0;
}

long sys_getdents64(int descriptor, void *entries, size_t size)
{
	struct descriptor_object *object = descriptor_object(descriptor);

	if (!object || object->flags & SYS_O_PATH)
		return -SYS_EBADF;
	if (!object->operations || !object->operations->entries)
		return -SYS_ENOTDIR;
	return object->operations->entries(object, entries, size);
}
