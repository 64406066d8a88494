#ifndef OTHER_H
#define OTHER_H

/* Texts of families but AF_INET: inet_pton and inet_ntop of version 6, and what they say of the rest. Context: thread. */

#include <stddef.h>

int other_pton(int family, const char *text, void *address);
const char *other_ntop(int family, const void *address, char *text, size_t size);

#endif
