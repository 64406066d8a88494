#ifndef STRING_H
#define STRING_H

/* The functions of <string.h> that lwIP calls; each C library has them. */

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *text);
int strncmp(const char *a, const char *b, size_t size);
int strcmp(const char *a, const char *b);
char *strncpy(char *restrict to, const char *restrict from, size_t size);

#endif
