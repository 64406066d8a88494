#ifndef SYS_UIO_H
#define SYS_UIO_H

/* POSIX. Context: thread. */

#include <sys/types.h>

struct iovec {
	void *iov_base;
	size_t iov_len;
};

ssize_t readv(int descriptor, const struct iovec *pieces, int count);
ssize_t writev(int descriptor, const struct iovec *pieces, int count);

#endif
