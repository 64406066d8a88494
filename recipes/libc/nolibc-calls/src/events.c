/* epoll and eventfd. */

#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include "calls.h"

_Static_assert(sizeof(struct epoll_event) == sizeof(struct sys_epoll_event) &&
		       offsetof(struct epoll_event, data) == offsetof(struct sys_epoll_event, data),
	       "one layout");

int epoll_create1(int flags)
{
	return (int)calls_result(sys_epoll_create1(flags));
}

int epoll_create(int size)
{
	return (int)calls_result(size > 0 ? sys_epoll_create1(0) : -SYS_EINVAL);
}

int epoll_ctl(int epoll, int operation, int descriptor, struct epoll_event *event)
{
	return (int)calls_result(sys_epoll_ctl(epoll, operation, descriptor, (struct sys_epoll_event *)event));
}

int epoll_pwait(int epoll, struct epoll_event *events, int most, int milliseconds, const sigset_t *mask)
{
	return (int)calls_result(
		sys_epoll_pwait(epoll, (struct sys_epoll_event *)events, most, milliseconds, mask, sizeof(*mask)));
}

int epoll_wait(int epoll, struct epoll_event *events, int most, int milliseconds)
{
	return epoll_pwait(epoll, events, most, milliseconds, NULL);
}

int eventfd(unsigned start, int flags)
{
	return (int)calls_result(sys_eventfd2(start, flags));
}

int eventfd_read(int descriptor, eventfd_t *value)
{
	return calls_result(sys_read(descriptor, value, sizeof(*value))) == sizeof(*value) ? 0 : -1;
}

int eventfd_write(int descriptor, eventfd_t value)
{
	return calls_result(sys_write(descriptor, &value, sizeof(value))) == sizeof(value) ? 0 : -1;
}
