/* Bytes to and from objects. The console is asked first: in an image with nothing else, no pointer leads elsewhere. */

#include "console.h"
#include "descriptor.h"
#include "sys_calls.h"

enum { MOST_PARTS = 1024 };

static long take(struct descriptor_object *object, void *bytes, size_t size, int64_t *position)
{
	if (!object->operations)
		return size ? (long)console_read(bytes, size) : 0;
	return object->operations->read(object, bytes, size, position);
}

static long give(struct descriptor_object *object, const void *bytes, size_t size, int64_t *position)
{
	if (!object->operations) {
		console_write(bytes, size);
		return (long)size;
	}
	return object->operations->write(object, bytes, size, position);
}

/* The object if it is open and was opened to be read, else a null pointer. */
static struct descriptor_object *readable(int descriptor)
{
	struct descriptor_object *object = descriptor_object(descriptor);

	return object && (!object->operations || descriptor_reads(object)) ? object : NULL;
}

static struct descriptor_object *writable(int descriptor)
{
	struct descriptor_object *object = descriptor_object(descriptor);

	return object && (!object->operations || descriptor_writes(object)) ? object : NULL;
}

long sys_read(int descriptor, void *bytes, size_t size)
{
	struct descriptor_object *object = readable(descriptor);

	return object ? take(object, bytes, size, &object->position) : -SYS_EBADF;
}

long sys_write(int descriptor, const void *bytes, size_t size)
{
	struct descriptor_object *object = writable(descriptor);

	return object ? give(object, bytes, size, &object->position) : -SYS_EBADF;
}

/* Part by part, until one is not done whole; an error counts only if nothing was done before. */
static long take_parts(struct descriptor_object *object, const struct sys_iovec *parts, int count, int64_t *position)
{
	long total = 0, done;

	if (!object)
		return -SYS_EBADF;
	if ((unsigned)count > MOST_PARTS)
		return -SYS_EINVAL;
	for (; count > 0; count--, parts++) {
		if (parts->size == 0)
			continue;
		done = take(object, parts->bytes, parts->size, position);
		if (done < 0)
			return total ? total : done;
		total += done;
		if ((size_t)done < parts->size)
			break;
	}
	return total;
}

static long give_parts(struct descriptor_object *object, const struct sys_iovec *parts, int count, int64_t *position)
{
	long total = 0, done;

	if (!object)
		return -SYS_EBADF;
	if ((unsigned)count > MOST_PARTS)
		return -SYS_EINVAL;
	for (; count > 0; count--, parts++) {
		if (parts->size == 0)
			continue;
		done = give(object, parts->bytes, parts->size, position);
		if (done < 0)
			return total ? total : done;
		total += done;
		if ((size_t)done < parts->size)
			break;
	}
	return total;
}

long sys_readv(int descriptor, const struct sys_iovec *parts, int count)
{
	struct descriptor_object *object = readable(descriptor);

	return take_parts(object, parts, count, object ? &object->position : NULL);
}

long sys_writev(int descriptor, const struct sys_iovec *parts, int count)
{
	struct descriptor_object *object = writable(descriptor);

	return give_parts(object, parts, count, object ? &object->position : NULL);
}

/* What forbids a transfer at `offset`, whichever way; 0 if nothing does. */
static long refusal(int descriptor, int64_t offset)
{
	struct descriptor_object *object = descriptor_object(descriptor);

	if (offset < 0)
		return -SYS_EINVAL;
	if (!object || object->flags & SYS_O_PATH)
		return -SYS_EBADF;
	return object->operations && object->operations->end ? 0 : -SYS_ESPIPE;
}

long sys_preadv(int descriptor, const struct sys_iovec *parts, int count, int64_t offset)
{
	long refused = refusal(descriptor, offset);

	return refused ? refused : take_parts(readable(descriptor), parts, count, &offset);
}

long sys_pwritev(int descriptor, const struct sys_iovec *parts, int count, int64_t offset)
{
	long refused = refusal(descriptor, offset);

	return refused ? refused : give_parts(writable(descriptor), parts, count, &offset);
}

long sys_pread64(int descriptor, void *bytes, size_t size, int64_t offset)
{
	long refused = refusal(descriptor, offset);
	struct descriptor_object *object = readable(descriptor);

	if (refused)
		return refused;
	return object ? take(object, bytes, size, &offset) : -SYS_EBADF;
}

long sys_pwrite64(int descriptor, const void *bytes, size_t size, int64_t offset)
{
	long refused = refusal(descriptor, offset);
	struct descriptor_object *object = writable(descriptor);

	if (refused)
		return refused;
	return object ? give(object, bytes, size, &offset) : -SYS_EBADF;
}
