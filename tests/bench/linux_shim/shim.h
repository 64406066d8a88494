#ifndef LINUX_SHIM_H
#define LINUX_SHIM_H

/*
 * The other side of a comparison with Linux: the objects of an image, whose system calls are functions, become a static
 * process of Linux for x86_64, or the first process of a guest. Nothing here is part of an image.
 */

#include <stdint.h>

/* System call `number` of Linux with three arguments. */
long linux_call(long number, long a, long b, long c);

/* The address of the function `name` in the shared object that the kernel put at `base`; 0 if it is not there. */
uintptr_t vdso_function(const unsigned char *base, const char *name);

/* Time is asked of the kernel's shared object at `base` (0: there is none) from now on. Call before main. */
void clock_start(uintptr_t base);

#endif
