/* Bytes to and from objects. The console is asked first: in an image with nothing else, no pointer leads elsewhere. */

#include "console.h"
#include "descriptor.h"
#include "sys_calls.h"

enum { MOST_PARTS = 1024 };

typedef long transfer(struct descriptor_object *object, void *bytes, size_t size, int64_t *position);

static long take(struct descriptor_object *object, void *bytes, size_t size, int64_t *position)
{
	if (!object->operations)
		return size ? (long)console_read(bytes, size) : 0;
	return object->operations->read(object, bytes, size, position);
}

static long give(struct descriptor_object *object, void *bytes, size_t size, int64_t *position)
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

	return object ? give(object, (void *)bytes, size, &object->position) : -SYS_EBADF;
}

/* Part by part, until one is not done whole; an error counts only if nothing was done before. */
static long each(transfer *one, struct descriptor_object *object, const struct sys_iovec *parts, int count,
		 int64_t *position)
{
	long total = 0, done;

	if (!object)
		return -SYS_EBADF;
	if ((unsigned)count > MOST_PARTS)
		return -SYS_EINVAL;
	for (; count > 0; count--, parts++) {
		if (parts->size == 0)
			continue;
		done = one(object, parts->bytes, parts->size, position);
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

	return each(take, object, parts, count, object ? &object->position : NULL);
}

long sys_writev(int descriptor, const struct sys_iovec *parts, int count)
{
	struct descriptor_object *object = writable(descriptor);

	if (object && object->operations && object->operations->write_parts && (unsigned)count <= MOST_PARTS)
		return object->operations->write_parts(object, parts, (size_t)count);
	return each(give, object, parts, count, object ? &object->position : NULL);
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

	return refused ? refused : each(take, readable(descriptor), parts, count, &offset);
}

long sys_pwritev(int descriptor, const struct sys_iovec *parts, int count, int64_t offset)
{
	long refused = refusal(descriptor, offset);

	return refused ? refused : each(give, writable(descriptor), parts, count, &offset);
}

/* As with one part; but without any bytes the object is asked all the same, and a folder says what it is. */
static long at_offset(transfer *one, struct descriptor_object *object, int descriptor, void *bytes, size_t size,
		      int64_t offset)
{
	long refused = refusal(descriptor, offset);

	if (refused)
		return refused;
	return object ? one(object, bytes, size, &offset) : -SYS_EBADF;
}

long sys_pread64(int descriptor, void *bytes, size_t size, int64_t offset)
{
	return at_offset(take, readable(descriptor), descriptor, bytes, size, offset);
}

long sys_pwrite64(int descriptor, const void *bytes, size_t size, int64_t offset)
{
	return at_offset(give, writable(descriptor), descriptor, (void *)bytes, size, offset);
}
