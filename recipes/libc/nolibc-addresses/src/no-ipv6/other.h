#ifndef OTHER_H
#define OTHER_H

/* Texts of families but AF_INET: there is no other. */

#include <stddef.h>

#include "calls.h"

static inline int other_pton(int family, const char *text, void *address)
{
	(void)family;
	(void)text;
	(void)address;
	return (int)calls_result(-SYS_EAFNOSUPPORT);
}

static inline const char *other_ntop(int family, const void *address, char *text, size_t size)
{
	(void)family;
	(void)address;
	(void)text;
	(void)size;
	calls_result(-SYS_EAFNOSUPPORT);
	return NULL;
}

#endif
