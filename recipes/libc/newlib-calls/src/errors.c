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
	if (result >= 0)
		return result;
	return calls_fail(number_of((int)-result));
}

int calls_fail(int error)
{
	errno = error;
	return -1;
}
