/* Error numbers: the first 34 are the same everywhere, later ones are not. */

#include <errno.h>

#include "calls.h"

/* The C library's number for one of sys_errors.h. */
static int number_of(int error)
{
	switch (error) {
	case SYS_EDEADLK:
		return EDEADLK;
	case SYS_ENAMETOOLONG:
		return ENAMETOOLONG;
	case SYS_ENOLCK:
		return ENOLCK;
	case SYS_ENOSYS:
		return ENOSYS;
	case SYS_ENOTEMPTY:
		return ENOTEMPTY;
	case SYS_ELOOP:
		return ELOOP;
	case SYS_ENODATA:
		return ENODATA;
	case SYS_EOVERFLOW:
		return EOVERFLOW;
	case SYS_EILSEQ:
		return EILSEQ;
	case SYS_ENOTSOCK:
		return ENOTSOCK;
	case SYS_EOPNOTSUPP:
		return EOPNOTSUPP;
	case SYS_ETIMEDOUT:
		return ETIMEDOUT;
	case SYS_ECANCELED:
		return ECANCELED;
	default:
		return error;
	}
}

long calls_result(long result)
{
	int error; /* by itself: newlib's errno is a call, and what it tells would be kept beside number_of */

	if (result >= 0)
		return result;
	error = number_of((int)-result);
	errno = error;
	return -1;
}
