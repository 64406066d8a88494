#ifndef LOOKUPS_H
#define LOOKUPS_H

/* What the network says of names, as getaddrinfo says it. */

#include <netdb.h>

#include "net_names.h"
#include "sys_errors.h"

static inline int lookup_error(long result)
{
	switch (result) {
	case 0:
		return 0;
	case -SYS_ENOENT:
		return EAI_NONAME;
	case -SYS_EAGAIN:
		return EAI_AGAIN;
	default:
		return EAI_FAIL;
	}
}

#endif
