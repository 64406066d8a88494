/*
 * When sockets become ready: the host's epoll has all of them, by edges, and idling ends when it has something to tell. Whether a socket is
 * ready at a moment is asked of the host then; an edge only wakes those who shall ask again.
 */

#include "idle_linux.h"
#include "socket.h"
#include "sys_calls.h"

enum { ALL_CHANGES = DESCRIPTOR_READABLE | DESCRIPTOR_WRITABLE | DESCRIPTOR_HALF };

static int changes; /* the host's descriptor of its epoll; 0 before the first socket */

static bool poll_changes(void)
{
	struct sys_epoll_event events[16];
	long count = linux_call_6(LINUX_EPOLL_PWAIT, changes, (long)events, sizeof(events) / sizeof(events[0]), 0, 0, 0);

	for (long place = 0; place < count; place++) {
		struct socket *socket = (struct socket *)events[place].data;

		descriptor_wake(&socket->waiters);
		descriptor_changed(&socket->object);
	}
	return count > 0;
}

static long start(void)
{
	static struct wait_source source = {.poll = poll_changes};
	long made;

	if (changes)
		return 0;
	made = linux_call(LINUX_EPOLL_CREATE1, SYS_O_CLOEXEC, 0, 0, 0);
	if (made < 0)
		return made;
	changes = (int)made;
	wait_source_add(&source);
	idle_linux_watch(changes);
	return 0;
}

long host_watch(struct socket *socket)
{
	struct sys_epoll_event event = {ALL_CHANGES | SYS_EPOLLET, (uintptr_t)socket};
	long error = start();

	return error ? error : linux_call(LINUX_EPOLL_CTL, changes, SYS_EPOLL_CTL_ADD, socket->host, (long)&event);
}
