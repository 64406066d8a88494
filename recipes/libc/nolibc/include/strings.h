#ifndef STRINGS_H
#define STRINGS_H

/* POSIX, in the "C" locale. Context: any. */

#define __need_size_t
#include <stddef.h>

int strcasecmp(const char *left, const char *right);
int strncasecmp(const char *left, const char *right, size_t length);
int ffs(int bits);
int ffsl(long bits);
int ffsll(long long bits);
char *index(const char *text, int byte);
char *rindex(const char *text, int byte);
int bcmp(const void *left, const void *right, size_t length);
void bcopy(const void *from, void *to, size_t length);
void bzero(void *to, size_t length);
void explicit_bzero(void *to, size_t length);

#endif
