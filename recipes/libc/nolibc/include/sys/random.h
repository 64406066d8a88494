#ifndef SYS_RANDOM_H
#define SYS_RANDOM_H

/* Random bytes that nobody can guess, or an error where the machine has no source of them. Context: thread. */

#include <sys/types.h>

#define GRND_NONBLOCK 1
#define GRND_RANDOM 2

ssize_t getrandom(void *bytes, size_t size, unsigned flags);
int getentropy(void *bytes, size_t size); /* at most 256 bytes */

#endif
