#ifndef STRING_H
#define STRING_H

/* ISO C11, section 7.24, and POSIX and BSD. Context: any, but strtok, strcoll's like and what allocates: thread. */

#define __need_size_t
#define __need_NULL
#include <stddef.h>

#include <strings.h>

void *memcpy(void *restrict to, const void *restrict from, size_t length);
void *memmove(void *to, const void *from, size_t length);
void *memset(void *to, int byte, size_t length);
int memcmp(const void *left, const void *right, size_t length);
void *memchr(const void *bytes, int byte, size_t length);
void *memrchr(const void *bytes, int byte, size_t length);
void *memmem(const void *bytes, size_t length, const void *part, size_t part_length);
void *mempcpy(void *restrict to, const void *restrict from, size_t length);
void *memccpy(void *restrict to, const void *restrict from, int last, size_t length);

size_t strlen(const char *text);
size_t strnlen(const char *text, size_t length);
char *strcpy(char *restrict to, const char *restrict from);
char *strncpy(char *restrict to, const char *restrict from, size_t length);
char *stpcpy(char *restrict to, const char *restrict from);
char *stpncpy(char *restrict to, const char *restrict from, size_t length);
char *strcat(char *restrict to, const char *restrict from);
char *strncat(char *restrict to, const char *restrict from, size_t length);
/* The length that the whole result would have; `size` bytes of `to` are used, the closing 0 included. */
size_t strlcpy(char *restrict to, const char *restrict from, size_t size);
size_t strlcat(char *restrict to, const char *restrict from, size_t size);
int strcmp(const char *left, const char *right);
int strncmp(const char *left, const char *right, size_t length);
int strcoll(const char *left, const char *right);
size_t strxfrm(char *restrict to, const char *restrict from, size_t size);

char *strchr(const char *text, int byte);
char *strchrnul(const char *text, int byte);
char *strrchr(const char *text, int byte);
size_t strspn(const char *text, const char *accepted);
size_t strcspn(const char *text, const char *refused);
char *strpbrk(const char *text, const char *accepted);
char *strstr(const char *text, const char *part);
char *strcasestr(const char *text, const char *part);
char *strtok(char *restrict text, const char *restrict separators);
char *strtok_r(char *restrict text, const char *restrict separators, char **restrict rest);
char *strsep(char **rest, const char *separators);

/* New blocks of the heap. */
char *strdup(const char *text);
char *strndup(const char *text, size_t length);

char *strerror(int number);
int strerror_r(int number, char *buffer, size_t size); /* that of POSIX */
char *strsignal(int number);

#endif
