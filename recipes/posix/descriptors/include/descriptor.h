#ifndef DESCRIPTOR_H
#define DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sys_errors.h"
#include "sys_types.h"
#include "wait.h"

/*
 * The capability `posix.descriptors`: how recipes make what is behind a descriptor (files, pipes, later sockets).
 *
 * A descriptor is a number in a table; an object is what it stands for, and dup makes two descriptors of one
 * object. The recipe that makes an object allocates it, alone or at the start of something larger, and gets it
 * back by `release` when the last descriptor of it is closed. Context of all: thread.
 */

struct node;
struct descriptor_object;

/* Who wants to be told that an object's `ready` may have become more (a set of epoll has one for each of its members). */
struct descriptor_watch {
	void (*changed)(struct descriptor_watch *watch); /* must not wait */
	struct descriptor_watch *next;
};

/*
 * What can be done with an object. Results are those of the system call: not negative, or a negated sys_error. An
 * operation is a null pointer where the object has not got it; `read` and `write` must be there if the object's flags
 * allow them. `position` is where to begin, and to be moved by what was done; objects without `end` ignore it.
 */
struct descriptor_operations {
	long (*read)(struct descriptor_object *object, void *bytes, size_t size, int64_t *position);
	long (*write)(struct descriptor_object *object, const void *bytes, size_t size, int64_t *position);
	/* All parts at once, where they belong together; null: one after the other by `write`. */
	long (*write_parts)(struct descriptor_object *object, const struct sys_iovec *parts, size_t count);
	int64_t (*end)(struct descriptor_object *object); /* its size; null: it has no positions (ESPIPE) */
	void (*status)(struct descriptor_object *object, struct sys_stat *status); /* `status` is all zeros before */
	long (*resize)(struct descriptor_object *object, int64_t size); /* null: EINVAL */
	long (*entries)(struct descriptor_object *object, void *entries, size_t size); /* of a folder; null: ENOTDIR */
	long (*control)(struct descriptor_object *object, unsigned long request, uintptr_t argument); /* null: ENOTTY */
	unsigned (*ready)(struct descriptor_object *object); /* of enum descriptor_ready; null: always both ways */
	void (*release)(struct descriptor_object *object); /* nobody has it any more */
};

struct descriptor_object {
	const struct descriptor_operations *operations; /* null: the console, whose operations are in the calls themselves */
	struct node *node; /* owned by fs/paths: the file that is open; null for what has no name */
	int64_t position;
	uint32_t flags;      /* of openat: access mode and status; access mode 3 allows neither reading nor writing */
	uint32_t references; /* descriptors, and others who keep it */
	struct descriptor_watch *watches; /* owned by those who watch; all must be gone when it is released */
};

/* Bits of poll. */
enum descriptor_ready {
	DESCRIPTOR_READABLE = 0x1,
	DESCRIPTOR_WRITABLE = 0x4,
	DESCRIPTOR_BROKEN = 0x8, /* nobody reads what is written */
	DESCRIPTOR_ENDED = 0x10, /* nobody writes any more */
	DESCRIPTOR_HALF = 0x2000, /* the other side of a connection writes no more */
};

/* What of `wanted` is so if an object is ready for `now`, and what is told unasked; the two oldest bits have other names besides. */
static inline unsigned descriptor_asked(unsigned now, unsigned wanted)
{
	enum { OTHER_NAMES = 6 }; /* how much further up */

	now |= (now & (DESCRIPTOR_READABLE | DESCRIPTOR_WRITABLE)) << OTHER_NAMES;
	return now & (wanted | DESCRIPTOR_BROKEN | DESCRIPTOR_ENDED);
}

/* What 0, 1 and 2 are at the start; it counts no references. */
extern struct descriptor_object descriptor_console;

/* How many descriptors there can be. */
extern const uint32_t descriptor_most;

/* The object behind a descriptor; a null pointer if it is not open. The caller does not own it. */
struct descriptor_object *descriptor_object(int descriptor);

/*
 * Put `object` behind the lowest free descriptor from `from` on, which gets the caller's reference. `flags`: SYS_O_CLOEXEC or
 * nothing. The descriptor; -EMFILE (the reference stays the caller's) or -EINVAL (`from` is out of range).
 */
long descriptor_install(struct descriptor_object *object, int from, int flags);

/* Whether descriptor_install from 0 on would find a place. */
bool descriptor_has_room(void);

/* Give one reference back; the object is gone if it was the last. */
void descriptor_release(struct descriptor_object *object);

/*
 * Wait for something that `queue` stands for, until `deadline`; from within an operation of the object, which may be closed meanwhile
 * by another thread. 0: it was woken; look again. -EAGAIN: the object is not to wait, or the time has come. -EDEADLK: nobody could
 * ever wake it; the caller tells that in a line. -EBADF: it was closed, and is gone: do not touch it.
 */
long descriptor_wait(struct descriptor_object *object, struct wait_queue *queue, uint64_t deadline);

extern __typeof__(wait_wake) wait_wake __attribute__((weak)); /* who waits has called it into the image */

/* Let all in `queue` look again. */
static inline void descriptor_wake(struct wait_queue *queue)
{
	if (queue->first)
		wait_wake(queue, UINT32_MAX);
}

/*
 * An object calls this whenever its `ready` may have become more; it costs nothing where nobody polls. descriptor_tell
 * is of posix/polling, if that is in the image.
 */
__attribute__((weak)) void descriptor_tell(struct descriptor_object *object);

static inline void descriptor_changed(struct descriptor_object *object)
{
	if (descriptor_tell)
		descriptor_tell(object);
}

/* Of posix/events, if that is in the image: nobody watches the object any more, for it goes. */
__attribute__((weak)) void descriptor_gone(struct descriptor_object *object);

__attribute__((weak)) long sys_kill(int process, int number); /* of posix/signals, if that is in the image */

/* Nobody reads what would be written: -EPIPE, and a signal for a program that does not look at results. */
static inline long descriptor_broken(void)
{
	enum { THIS_PROCESS = 1, SIGNAL_PIPE = 13 };

	if (sys_kill)
		sys_kill(THIS_PROCESS, SIGNAL_PIPE);
	return -SYS_EPIPE;
}

/* Whether the object was opened for it; access modes 0, 1, 2 are to read, to write, both. */
static inline bool descriptor_reads(const struct descriptor_object *object)
{
	return (object->flags + 1) & 1;
}

static inline bool descriptor_writes(const struct descriptor_object *object)
{
	return (object->flags + 1) & 2;
}

#endif
