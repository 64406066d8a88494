#ifndef ENTROPY_H
#define ENTROPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The capability `entropy`: `size` random bytes, a multiple of 8 and up to 32, that nobody can foresee. False: this machine has no source of
 * them, or one that gives what cannot be random. Meant for seeding, for it may be slow. Context: thread.
 */
bool entropy_read(void *bytes, size_t size);

#endif
