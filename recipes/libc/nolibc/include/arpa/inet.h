#ifndef ARPA_INET_H
#define ARPA_INET_H

/* POSIX; of families AF_INET, and AF_INET6 where the network has it. Context: thread; what inet_ntoa gives lasts until its next call. */

#include <netinet/in.h>

int inet_pton(int family, const char *restrict text, void *restrict address);
const char *inet_ntop(int family, const void *restrict address, char *restrict text, socklen_t size);
int inet_aton(const char *text, struct in_addr *address); /* 1: it is one; also with fewer numbers, octal or hexadecimal */
in_addr_t inet_addr(const char *text);
char *inet_ntoa(struct in_addr address);

#endif
