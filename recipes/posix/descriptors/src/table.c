/*
 * The table of descriptors.
 *
 * It begins as zeros, so that it takes no bytes of the image: a null pointer is the console for 0, 1 and 2, and a
 * free place for all others. A place that was used and is free again holds a mark.
 */

#include "descriptor.h"
#include "sys_calls.h"

enum { FIRST_FREE = 3 };
#define FREE ((struct descriptor_object *)-1)

struct descriptor_object descriptor_console;
const uint32_t descriptor_most = OPTION_COUNT;

static struct descriptor_object *objects[OPTION_COUNT];
static bool closes_on_exec[OPTION_COUNT]; /* remembered for who asks; there is no exec */

struct descriptor_object *descriptor_object(int descriptor)
{
	struct descriptor_object *object;

	if ((unsigned)descriptor >= OPTION_COUNT)
		return NULL;
	object = objects[descriptor];
	if (!object && descriptor < FIRST_FREE)
		return &descriptor_console;
	return object == FREE ? NULL : object;
}

void descriptor_release(struct descriptor_object *object)
{
	if (!object->operations || --object->references)
		return;
	if (descriptor_gone)
		descriptor_gone(object);
	object->operations->release(object);
}

static long put(struct descriptor_object *object, int descriptor, int flags)
{
	objects[descriptor] = object;
	closes_on_exec[descriptor] = flags & SYS_O_CLOEXEC;
	return descriptor;
}

/* The first free place from `from` on; OPTION_COUNT: there is none. */
static int free_place(int from)
{
	while (from < OPTION_COUNT && descriptor_object(from))
		from++;
	return from;
}

bool descriptor_has_room(void)
{
	return free_place(0) < OPTION_COUNT;
}

long descriptor_install(struct descriptor_object *object, int from, int flags)
{
	if ((unsigned)from >= OPTION_COUNT)
		return -SYS_EINVAL;
	from = free_place(from);
	return from < OPTION_COUNT ? put(object, from, flags) : -SYS_EMFILE;
}

long sys_close(int descriptor)
{
	struct descriptor_object *object = descriptor_object(descriptor);

	if (!object)
		return -SYS_EBADF;
	objects[descriptor] = FREE;
	descriptor_release(object);
	return 0;
}

static long duplicate(int descriptor, int from, int flags)
{
	struct descriptor_object *object = descriptor_object(descriptor);
	long copy;

	if (!object)
		return -SYS_EBADF;
	copy = descriptor_install(object, from, flags);
	if (copy >= 0)
		object->references++;
	return copy;
}

long sys_dup(int descriptor)
{
	return duplicate(descriptor, 0, 0);
}

long sys_dup3(int descriptor, int wanted, int flags)
{
	struct descriptor_object *object = descriptor_object(descriptor);

	if (descriptor == wanted || flags & ~SYS_O_CLOEXEC)
		return -SYS_EINVAL;
	if (!object || (unsigned)wanted >= OPTION_COUNT)
		return -SYS_EBADF;
	object->references++;
	sys_close(wanted);
	return put(object, wanted, flags);
}

static long take_flags(struct descriptor_object *object, uint32_t flags)
{
	const uint32_t changeable = SYS_O_APPEND | SYS_O_NONBLOCK;

	object->flags = (object->flags & ~changeable) | (flags & changeable);
	return 0;
}

static long show_flags(const struct descriptor_object *object)
{
	if (!object->operations)
		return (long)(object->flags | SYS_O_RDWR);
	/* What was opened as a mere name has access mode 3 here and 0 for who asks. */
	return (long)(object->flags & SYS_O_PATH ? object->flags & ~(uint32_t)SYS_O_ACCMODE : object->flags);
}

/* Locks are between processes, and there is one: each is granted, none is in the way. */
static long lock(int command, int16_t *type)
{
	enum { UNLOCKED = 2 };

	if ((uint16_t)*type > UNLOCKED)
		return -SYS_EINVAL;
	if (command == SYS_F_GETLK)
		*type = UNLOCKED;
	return 0;
}

long sys_fcntl(int descriptor, int command, uintptr_t argument)
{
	struct descriptor_object *object = descriptor_object(descriptor);

	if (!object)
		return -SYS_EBADF;
	switch (command) {
	case SYS_F_DUPFD:
		return duplicate(descriptor, (int)argument, 0);
	case SYS_F_DUPFD_CLOEXEC:
		return duplicate(descriptor, (int)argument, SYS_O_CLOEXEC);
	case SYS_F_GETFD:
		return closes_on_exec[descriptor];
	case SYS_F_SETFD:
		closes_on_exec[descriptor] = argument & SYS_FD_CLOEXEC;
		return 0;
	case SYS_F_GETFL:
		return show_flags(object);
	}
	if (object->flags & SYS_O_PATH)
		return -SYS_EBADF;
	switch (command) {
	case SYS_F_SETFL:
		return take_flags(object, (uint32_t)argument);
	case SYS_F_GETLK:
	case SYS_F_SETLK:
	case SYS_F_SETLKW:
		return lock(command, (int16_t *)argument);
	default:
		return -SYS_EINVAL;
	}
}

/* As with the locks of fcntl; two descriptors of one file that lock each other out in one process are not told. */
long sys_flock(int descriptor, int operation)
{
	enum { SHARED = 1, EXCLUSIVE = 2, AT_ONCE = 4, UNLOCK = 8 };

	operation &= ~AT_ONCE;
	if (operation != SHARED && operation != EXCLUSIVE && operation != UNLOCK)
		return -SYS_EINVAL;
	return descriptor_object(descriptor) ? 0 : -SYS_EBADF;
}
