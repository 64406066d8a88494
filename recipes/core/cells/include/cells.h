#ifndef CELLS_H
#define CELLS_H

#include <stddef.h>

/*
 * The capability `cells`: pieces of memory of at most a page, for recipes that cannot call a libc's malloc (which may
 * call them). Who takes a cell remembers its size. Context of all: thread.
 */

enum { CELLS_MOST = 4096 };

/* A cell of at least `size` bytes, 1 to CELLS_MOST, aligned to 16; its content is undefined. NULL: memory has ended. */
void *cells_take(size_t size);

/* How large a cell of at least `size` bytes is. */
size_t cells_size(size_t size);

/* Give a cell of `size` bytes back, the size for which it was taken. */
void cells_give(void *cell, size_t size);

#endif
