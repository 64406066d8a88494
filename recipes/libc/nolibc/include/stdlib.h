#ifndef STDLIB_H
#define STDLIB_H

/* ISO C11, section 7.22, without multibyte characters; and POSIX. Context: thread; _Exit and abort: any. */

#define __need_size_t
#define __need_NULL
#include <stddef.h>

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX 0x7fffffff

/* Of the capability `heap.alloc`; blocks are aligned to 16 bytes, a block of 0 bytes has an address of its own. */
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *block, size_t size);
void *aligned_alloc(size_t alignment, size_t size);
int posix_memalign(void **block, size_t alignment, size_t size);
/* Of the capability `heap.free`. */
void free(void *block);

/* End the guest; the lowest 8 bits of `status` are what arrives outside. */
_Noreturn void exit(int status);
_Noreturn void _Exit(int status);
_Noreturn void quick_exit(int status);
_Noreturn void abort(void);
/* 32 functions each; not 0: there is no room left. */
int atexit(void (*function)(void));
int at_quick_exit(void (*function)(void));

/* There is no command processor: 0 for a null pointer, else -1 with ENOSYS. */
int system(const char *command);

/* Make a file whose name is `pattern` with its last six characters, XXXXXX, replaced; it is open to read and write. */
int mkstemp(char *pattern);

/* The value of `name` in the environment or a null pointer; it belongs to the environment. */
char *getenv(const char *name);
/* Memory of what setenv put there is not given back. */
int setenv(const char *name, const char *value, int overwrite);
int putenv(char *setting);
int unsetenv(const char *name);
int clearenv(void);

int atoi(const char *text);
long atol(const char *text);
long long atoll(const char *text);
double atof(const char *text);

/* Out of range: the nearest limit, and errno is ERANGE. A base other than 0 and 2 to 36: 0, *end is text. */
long strtol(const char *restrict text, char **restrict end, int base);
long long strtoll(const char *restrict text, char **restrict end, int base);
unsigned long strtoul(const char *restrict text, char **restrict end, int base);
unsigned long long strtoull(const char *restrict text, char **restrict end, int base);
/* To the nearest number, of two the even one. Out of range: infinity, or a number near 0; errno is ERANGE. */
float strtof(const char *restrict text, char **restrict end);
double strtod(const char *restrict text, char **restrict end);
long double strtold(const char *restrict text, char **restrict end);

int abs(int number);
long labs(long number);
long long llabs(long long number);

typedef struct {
	int quot, rem;
} div_t;
typedef struct {
	long quot, rem;
} ldiv_t;
typedef struct {
	long long quot, rem;
} lldiv_t;
div_t div(int number, int divisor);
ldiv_t ldiv(long number, long divisor);
lldiv_t lldiv(long long number, long long divisor);

/* Numbers of a linear congruence, good for games and tests only. */
int rand(void);
void srand(unsigned seed);
int rand_r(unsigned *seed);
long random(void);
void srandom(unsigned seed);

/* In constant memory and never more than some n log n comparisons; equal elements change places. */
void qsort(void *array, size_t count, size_t size, int (*compare)(const void *, const void *));
void *bsearch(const void *key, const void *array, size_t count, size_t size, int (*compare)(const void *, const void *));

#endif
