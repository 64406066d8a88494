/*
 * epoll: a set of descriptors, each with what is wanted of it. A member whose object says that it has changed stands in a list, so a
 * wait costs what is ready and not what is watched. A level-triggered member goes back to that list's end when it has been told, and
 * leaves it once it is found not to be ready; an edge-triggered one leaves at once.
 *
 * A member belongs to its set and is one of its object's watches; it goes with whichever of them goes first.
 */

#include "cells.h"
#include "clock.h"
#include "console.h"
#include "descriptor.h"
#include "sys_calls.h"

enum { DEPTH_MOST = 5, MILLISECOND = 1000000 };

struct set;

struct member {
	struct descriptor_watch watch; /* the first */
	struct set *set;
	struct descriptor_object *object; /* not owned: it tells when it goes */
	int descriptor;
	uint32_t wanted;
	uint64_t data;
	bool is_listed;
	struct member *before, *behind;     /* among those that may be ready */
	struct member *previous, *next;     /* among all of the set */
};

struct set {
	struct descriptor_object object; /* the first */
	struct wait_queue waiters;
	struct member *first, *last; /* may be ready, in the order in which they are told */
	struct member *members;
};

static const struct descriptor_operations set_operations;

static unsigned ready_now(const struct member *member)
{
	struct descriptor_object *object = member->object;
	unsigned now = DESCRIPTOR_READABLE | DESCRIPTOR_WRITABLE;

	if (object->operations)
		now = object->operations->ready(object);
	return descriptor_asked(now, member->wanted);
}

static void enlist(struct member *member)
{
	struct set *set = member->set;

	member->is_listed = true;
	member->before = set->last;
	member->behind = NULL;
	*(set->last ? &set->last->behind : &set->first) = member;
	set->last = member;
}

static void strike(struct member *member)
{
	struct set *set = member->set;

	if (!member->is_listed)
		return;
	*(member->before ? &member->before->behind : &set->first) = member->behind;
	*(member->behind ? &member->behind->before : &set->last) = member->before;
	member->is_listed = false;
}

static void has_changed(struct descriptor_watch *watch)
{
	struct member *member = (struct member *)watch;

	if (member->is_listed || !member->wanted || !ready_now(member))
		return;
	enlist(member);
	wait_wake(&member->set->waiters, 1);
	descriptor_changed(&member->set->object);
}

/* Members. */

static struct member *member_of(const struct set *set, const struct descriptor_object *object, int descriptor)
{
	for (struct descriptor_watch *watch = object->watches; watch; watch = watch->next) {
		struct member *member = (struct member *)watch;

		if (watch->changed == has_changed && member->set == set && member->descriptor == descriptor)
			return member;
	}
	return NULL;
}

static void forget(struct member *member)
{
	struct descriptor_watch **link = &member->object->watches;

	strike(member);
	while (*link != &member->watch)
		link = &(*link)->next;
	*link = member->watch.next;
	*(member->previous ? &member->previous->next : &member->set->members) = member->next;
	if (member->next)
		member->next->previous = member->previous;
	cells_give(member, sizeof(*member));
}

void descriptor_gone(struct descriptor_object *object)
{
	struct descriptor_watch *next;

	for (struct descriptor_watch *watch = object->watches; watch; watch = next) {
		next = watch->next;
		if (watch->changed == has_changed)
			forget((struct member *)watch);
	}
}

static void want(struct member *member, const struct sys_epoll_event *event)
{
	member->wanted = event->events | DESCRIPTOR_BROKEN | DESCRIPTOR_ENDED;
	member->data = event->data;
	has_changed(&member->watch);
}

/* How many sets are within each other from `set` on, or more than there may be if `other` is among them. */
static int depth_of(const struct set *set, const struct set *other)
{
	int deepest = 0;

	if (set == other)
		return DEPTH_MOST;
	for (const struct member *member = set->members; member && deepest < DEPTH_MOST; member = member->next)
		if (member->object->operations == &set_operations) {
			int depth = depth_of((const struct set *)member->object, other);

			deepest = depth > deepest ? depth : deepest;
		}
	return deepest + 1;
}

static long add(struct set *set, struct descriptor_object *object, int descriptor, const struct sys_epoll_event *event)
{
	struct member *member;

	if (object->operations == &set_operations && depth_of((struct set *)object, set) >= DEPTH_MOST)
		return -SYS_ELOOP;
	member = cells_take(sizeof(*member));
	if (!member)
		return -SYS_ENOMEM;
	*member = (struct member){
		.watch = {has_changed, object->watches},
		.set = set,
		.object = object,
		.descriptor = descriptor,
		.next = set->members,
	};
	object->watches = &member->watch;
	if (set->members)
		set->members->previous = member;
	set->members = member;
	want(member, event);
	return 0;
}

/* The set's own operations. */

static unsigned set_ready(struct descriptor_object *object)
{
	struct set *set = (struct set *)object;

	while (set->first && !ready_now(set->first))
		strike(set->first);
	return set->first ? DESCRIPTOR_READABLE : 0;
}

static long set_read(struct descriptor_object *object, void *bytes, size_t size, int64_t *position)
{
	(void)object;
	(void)bytes;
	(void)size;
	(void)position;
	return -SYS_EINVAL;
}

static long set_write(struct descriptor_object *object, const void *bytes, size_t size, int64_t *position)
{
	return set_read(object, (void *)bytes, size, position);
}

static void set_status(struct descriptor_object *object, struct sys_stat *status)
{
	(void)object;
	status->mode = 0600;
}

static void set_release(struct descriptor_object *object)
{
	struct set *set = (struct set *)object;

	while (set->members)
		forget(set->members);
	cells_give(set, sizeof(*set));
}

static const struct descriptor_operations set_operations = {
	.read = set_read,
	.write = set_write,
	.status = set_status,
	.ready = set_ready,
	.release = set_release,
};

long sys_epoll_create1(int flags)
{
	struct set *set;
	long descriptor;

	if (flags & ~SYS_O_CLOEXEC)
		return -SYS_EINVAL;
	set = cells_take(sizeof(*set));
	if (!set)
		return -SYS_ENOMEM;
	*set = (struct set){.object = {.operations = &set_operations, .flags = SYS_O_RDWR, .references = 1}};
	descriptor = descriptor_install(&set->object, 0, flags);
	if (descriptor < 0)
		descriptor_release(&set->object);
	return descriptor;
}

static struct set *set_of(int descriptor, long *error)
{
	struct descriptor_object *object = descriptor_object(descriptor);

	*error = object ? -SYS_EINVAL : -SYS_EBADF;
	return object && object->operations == &set_operations ? (struct set *)object : NULL;
}

long sys_epoll_ctl(int epoll, int operation, int descriptor, struct sys_epoll_event *event)
{
	long error;
	struct set *set = set_of(epoll, &error);
	struct descriptor_object *object = descriptor_object(descriptor);
	struct member *member;

	if (!object)
		return -SYS_EBADF;
	if (object->operations && !object->operations->ready)
		return -SYS_EPERM;
	if (!set || object == &set->object)
		return set ? -SYS_EINVAL : error;
	member = member_of(set, object, descriptor);
	switch (operation) {
	case SYS_EPOLL_CTL_ADD:
		return member ? -SYS_EEXIST : add(set, object, descriptor, event);
	case SYS_EPOLL_CTL_DEL:
		if (member)
			forget(member);
		return member ? 0 : -SYS_ENOENT;
	case SYS_EPOLL_CTL_MOD:
		if (member) {
			strike(member);
			want(member, event);
		}
		return member ? 0 : -SYS_ENOENT;
	default:
		return -SYS_EINVAL;
	}
}

/* Tell of members that are ready, and how many. Those that stay in the list are only looked at once. */
static long collect(struct set *set, struct sys_epoll_event *events, int most)
{
	struct member *last = set->last;
	int found = 0;

	for (struct member *member = set->first; member && found < most; member = set->first) {
		unsigned now = ready_now(member);
		bool is_last = member == last;

		strike(member);
		if (now) {
			events[found++] = (struct sys_epoll_event){now, member->data};
			if (member->wanted & SYS_EPOLLONESHOT)
				member->wanted = 0;
			else if (!(member->wanted & SYS_EPOLLET))
				enlist(member);
		}
		if (is_last)
			break;
	}
	if (set->first && found)
		wait_wake(&set->waiters, 1);
	return found;
}

static long wait_in(struct set *set, struct sys_epoll_event *events, int most, bool waits, uint64_t deadline)
{
	static const char endless[] = "deadlock: epoll_wait waits for what nobody can do\n";

	for (;;) {
		long found = collect(set, events, most);

		if (found)
			return found;
		if (!waits) {
			wait_yield();
			return collect(set, events, most);
		}
		switch (wait_on(&set->waiters, deadline)) {
		case WAIT_WOKEN:
			break;
		case WAIT_TIMED_OUT:
			return collect(set, events, most);
		default:
			console_write(endless, sizeof(endless) - 1);
			return -SYS_EDEADLK;
		}
	}
}

static long wait_by(int epoll, struct sys_epoll_event *events, int most, bool waits, uint64_t deadline)
{
	long result;
	struct set *set = set_of(epoll, &result);

	if (most <= 0 || most > INT32_MAX / (int)sizeof(*events))
		return -SYS_EINVAL;
	if (!set)
		return result;
	set->object.references++; /* it may be closed meanwhile */
	result = wait_in(set, events, most, waits, deadline);
	descriptor_release(&set->object);
	return result;
}

long sys_epoll_pwait(int epoll, struct sys_epoll_event *events, int most, int milliseconds, const void *mask, size_t size)
{
	uint64_t deadline = milliseconds < 0 ? WAIT_FOREVER : clock_monotonic() + (uint64_t)milliseconds * MILLISECOND;

	(void)mask;
	(void)size;
	return wait_by(epoll, events, most, milliseconds != 0, deadline);
}

/* When the clock will be `limit` further. False: that is no length. */
static bool deadline_after(const struct sys_timespec *limit, uint64_t *deadline)
{
	const uint64_t second = 1000 * (uint64_t)MILLISECOND;

	*deadline = WAIT_FOREVER;
	if (!limit)
		return true;
	if (limit->seconds < 0 || (uint64_t)limit->nanoseconds >= second)
		return false;
	if (__builtin_mul_overflow((uint64_t)limit->seconds, second, deadline) ||
	    __builtin_add_overflow(*deadline, (uint64_t)limit->nanoseconds + clock_monotonic(), deadline))
		*deadline = WAIT_FOREVER - 1;
	return true;
}

long sys_epoll_pwait2(int epoll, struct sys_epoll_event *events, int most, const struct sys_timespec *limit, const void *mask,
		      size_t size)
{
	uint64_t deadline;

	(void)mask;
	(void)size;
	if (!deadline_after(limit, &deadline))
		return -SYS_EINVAL;
	return wait_by(epoll, events, most, !limit || limit->seconds || limit->nanoseconds, deadline);
}
