#ifndef STATE_H
#define STATE_H

#include <stdbool.h>
#include <stdint.h>

/* Bring the heap to life, in the image that has one, and return where its memory begins; 0: there is none. */
uintptr_t prepare(void);

/* A page or block that is mapped, in rising order; neighbours with equal rights are printed as one range. */
void take_page(uint64_t address, uint64_t size, bool is_writable, bool is_executable);

/* Print the last range. */
void end_range(void);

#endif
