/* poll and select. */

#include <poll.h>
#include <stddef.h>
#include <sys/select.h>

#include "calls.h"

_Static_assert(sizeof(struct pollfd) == sizeof(struct sys_pollfd) &&
		       offsetof(struct pollfd, revents) == offsetof(struct sys_pollfd, returned),
	       "one layout");

int ppoll(struct pollfd *set, nfds_t count, const struct timespec *limit, const sigset_t *mask)
{
	return (int)calls_result(
		sys_ppoll((struct sys_pollfd *)set, count, (const struct sys_timespec *)limit, mask, sizeof(*mask)));
}

int poll(struct pollfd *set, nfds_t count, int milliseconds)
{
	enum { THOUSAND = 1000, MILLION = 1000000 };
	struct timespec limit = {milliseconds / THOUSAND, milliseconds % THOUSAND * MILLION};

	return ppoll(set, count, milliseconds < 0 ? NULL : &limit, NULL);
}

int pselect(int count, fd_set *restrict read, fd_set *restrict write, fd_set *restrict except,
	    const struct timespec *restrict limit, const sigset_t *restrict mask)
{
	return (int)calls_result(sys_pselect6(count, read, write, except, (const struct sys_timespec *)limit, mask));
}

int select(int count, fd_set *restrict read, fd_set *restrict write, fd_set *restrict except, struct timeval *restrict limit)
{
	enum { THOUSAND = 1000, MILLION = 1000000 };
	struct timespec time;

	/* Microseconds may be more than a second has. */
	if (limit)
		time = (struct timespec){limit->tv_sec + limit->tv_usec / MILLION, limit->tv_usec % MILLION * THOUSAND};
	return pselect(count, read, write, except, limit ? &time : NULL, NULL);
}
