#ifndef STDLIB_H
#define STDLIB_H

/* ISO C11, section 7.22, in part. Context: thread; exit, _Exit and abort: any. */

#define __need_size_t
#define __need_NULL
#include <stddef.h>

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1

/* Of the capability `heap.alloc`; blocks are aligned to 16 bytes, a block of 0 bytes has an address of its own. */
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *block, size_t size);
void *aligned_alloc(size_t alignment, size_t size);
/* Of the capability `heap.free`. */
void free(void *block);

/* End the guest; the lowest 8 bits of `status` are what arrives outside. */
_Noreturn void exit(int status);
_Noreturn void _Exit(int status);
_Noreturn void abort(void);

/* The value of `name` in the environment or a null pointer; it belongs to the environment. */
char *getenv(const char *name);

int atoi(const char *text);
long atol(const char *text);
long long atoll(const char *text);

/* Out of range: the nearest limit, and errno is ERANGE. A base other than 0 and 2 to 36: 0, *end is text. */
long strtol(const char *restrict text, char **restrict end, int base);
long long strtoll(const char *restrict text, char **restrict end, int base);
unsigned long strtoul(const char *restrict text, char **restrict end, int base);
unsigned long long strtoull(const char *restrict text, char **restrict end, int base);

int abs(int number);
long labs(long number);
long long llabs(long long number);

#endif
