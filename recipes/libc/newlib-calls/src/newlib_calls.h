#ifndef NEWLIB_CALLS_H
#define NEWLIB_CALLS_H

/* Numbers and layouts of the system calls (sys_calls.h) as picolibc and newlib have them. */

#include <sys/stat.h>

#include "calls.h"

/* The flags of open as sys_openat takes them. */
int newlib_open_flags(int flags);

/* A file's status as the C library lays it out. */
void newlib_status(struct stat *status, const struct sys_stat *from);

#endif
