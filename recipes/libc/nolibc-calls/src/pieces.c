/* Bytes in several places. */

#include <stddef.h>
#include <sys/uio.h>

#include "calls.h"

_Static_assert(sizeof(struct iovec) == sizeof(struct sys_iovec) &&
		       offsetof(struct iovec, iov_len) == offsetof(struct sys_iovec, size),
	       "one layout");

ssize_t readv(int descriptor, const struct iovec *pieces, int count)
{
	return calls_result(sys_readv(descriptor, (const struct sys_iovec *)pieces, count));
}

ssize_t writev(int descriptor, const struct iovec *pieces, int count)
{
	return calls_result(sys_writev(descriptor, (const struct sys_iovec *)pieces, count));
}
